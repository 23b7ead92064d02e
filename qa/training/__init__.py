"""Trains the reading model that ships in qa/models/reader: python -m qa.training --help

`sets` reads the public question sets, `mine` makes hard negatives from an index, `encode` cuts both into word pieces,
`network` is the model, `fit` the training loop (resumes from its checkpoints), `export` writes the shipped files.
Nothing here is imported when a question is answered.
"""
