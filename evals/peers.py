"""The systems that are compared, each set up as its own documentation has it and as its users type it.

Ours among them. All get the same articles and the same embedding model from the same folder. Only the standard library
is imported before a clock runs: `lap.py` drives one of these in a process of its own.
"""

import importlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

K = 10  # passages that a search asks for
WARM_UP, WARM_UP_CHARS = 256, 800  # texts, and characters of each, that ours loads its engine with
Article = dict[str, str]  # id, title, text


class Job(Protocol):
    """What a system is to do: see lap.py."""

    model: str
    window: int
    place: str


class System:
    """One system: its steps, which are timed one by one. What a step needs of an earlier one it keeps."""

    modules: tuple[str, ...] = ()  # what it imports
    needs: tuple[str, ...] = ()  # distributions that this project's environment may lack

    def __init__(self, job: Job, given: list[Article]) -> None:
        self.job = job
        self.given = given

    def ready(self) -> None:
        """Load the model and embed a first text."""
        raise NotImplementedError

    def index(self) -> None:
        """Make a searchable index of the given articles in the job's place."""
        raise NotImplementedError

    def texts(self) -> Sequence[str]:
        """What was embedded, passage by passage."""
        raise NotImplementedError

    def search(self, question: str) -> object:
        """The nearest passages; None where there is no index."""

    def embed(self, texts: Sequence[str]) -> object:
        """Embed and store nothing; None where that cannot be had alone."""

    def close(self) -> None:
        """Put on disk what is not there yet."""

    def engine(self) -> str | None:
        """What it embeds with, where it can be chosen."""
        return None


def body(article: Article) -> str:
    """An article as one text, its title on the first line."""
    title, text = article["title"], article["text"]
    return text if not title or text.startswith(title) else f"{title}\n{text}"


def slices(tokenizer: Any, text: str, size: int) -> list[str]:
    """A text cut after every `size` word pieces: for systems that come without a splitter."""
    ends = [end for _, end in tokenizer.encode(text, add_special_tokens=False).offsets]
    cuts = [0, *ends[size - 1 :: size]]
    cuts += [len(text)] if cuts[-1] < len(text) else []
    return [part for a, b in pairwise(cuts) if (part := text[a:b].strip())]


def tokenizer_in(folder: str) -> Any:
    """The tokenizer of a model's folder; it neither cuts nor pads."""
    tokenizer = importlib.import_module("tokenizers").Tokenizer.from_file(
        str(Path(folder) / "tokenizer.json")
    )
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


# -- the systems -----------------------------------------------------------------------------------------------


class Verbatim(System):
    """Ours, by its Python door."""

    modules = ("qa", "indexes.split", "chromadb")

    def ready(self) -> None:
        qa = importlib.import_module("qa")
        self.library = qa.open(self.job.place)
        self.embedder = self.library.index.embedder
        # So many that the engine for many texts loads, and such that it is chosen by what it is for.
        heads = [body(article)[:WARM_UP_CHARS] for article in self.given]
        self.embedder.embed((heads * WARM_UP)[:WARM_UP])

    def index(self) -> None:
        make = importlib.import_module("qa").Article
        self.articles = [
            make(id=a["id"], source=a["id"], text=a["text"], title=a["title"]) for a in self.given
        ]
        self.library.add(*self.articles)

    def texts(self) -> Sequence[str]:
        splitting = importlib.import_module("indexes.split")
        cuts = [
            splitting.split(a, self.embedder.token_ends, window=self.embedder.passage_tokens)
            for a in self.articles
        ]
        return [
            splitting.passage_input(cut.heading, passage.text) for cut in cuts for passage in cut.passages
        ]

    def search(self, question: str) -> object:
        return self.library.index.search_vectors(self.embedder.embed([question])[0], K)

    def embed(self, texts: Sequence[str]) -> object:
        return self.embedder.embed(texts)

    def close(self) -> None:
        self.library.close()

    def engine(self) -> str | None:
        chosen = getattr(self.embedder, "engine", None)
        return str(chosen) if chosen else None


class LlamaIndex(System):
    """llama-index and Chroma by their defaults: nodes of 1,024 tokens, 200 of them shared with the next."""

    modules = (
        "chromadb", "llama_index.core", "llama_index.embeddings.huggingface", "llama_index.vector_stores.chroma",
    )  # fmt: skip
    needs = ("llama-index-embeddings-huggingface", "llama-index-vector-stores-chroma")

    def ready(self) -> None:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self.model = HuggingFaceEmbedding(model_name=self.job.model)
        self.model.get_text_embedding("warm up")
        self.splitter = self.split()

    def split(self) -> Any:
        from llama_index.core.node_parser import SentenceSplitter

        return SentenceSplitter()

    def index(self) -> None:
        import chromadb
        from llama_index.core import Document, StorageContext, VectorStoreIndex
        from llama_index.vector_stores.chroma import ChromaVectorStore

        self.documents = [
            Document(text=a["text"], id_=a["id"], metadata={"title": a["title"]}) for a in self.given
        ]
        collection = chromadb.PersistentClient(path=self.job.place).get_or_create_collection("articles")
        store = ChromaVectorStore(chroma_collection=collection)
        index = VectorStoreIndex.from_documents(
            self.documents,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self.model,
            transformations=[self.splitter],
        )
        self.retriever = index.as_retriever(similarity_top_k=K)

    def texts(self) -> Sequence[str]:
        from llama_index.core.schema import MetadataMode

        nodes = self.splitter.get_nodes_from_documents(self.documents)
        return [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]

    def search(self, question: str) -> object:
        return self.retriever.retrieve(question)


class LlamaIndexWindow(LlamaIndex):
    """The same with nodes as long as the model's window, counted by its tokenizer, that share nothing."""

    def split(self) -> Any:
        from llama_index.core.node_parser import SentenceSplitter

        tokenizer = tokenizer_in(self.job.model)
        return SentenceSplitter(
            chunk_size=self.job.window - 2,
            chunk_overlap=0,
            tokenizer=lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
        )


class LangChain(System):
    """LangChain and Chroma, split by the model's own tokenizer."""

    modules = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters", "transformers")
    needs = ("langchain-chroma", "langchain-huggingface", "langchain-text-splitters")

    def ready(self) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter
        from transformers import AutoTokenizer

        self.model = HuggingFaceEmbeddings(model_name=self.job.model)
        self.model.embed_query("warm up")
        self.splitter = RecursiveCharacterTextSplitter.from_huggingface_tokenizer(
            AutoTokenizer.from_pretrained(self.job.model), chunk_size=self.job.window - 2, chunk_overlap=0
        )

    def index(self) -> None:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document

        documents = [Document(page_content=body(a), metadata={"title": a["title"]}) for a in self.given]
        self.passages = self.splitter.split_documents(documents)
        self.store = Chroma.from_documents(self.passages, self.model, persist_directory=self.job.place)

    def texts(self) -> Sequence[str]:
        return [passage.page_content for passage in self.passages]

    def search(self, question: str) -> object:
        return self.store.similarity_search(question, k=K)


class Txtai(System):
    """txtai with its content store; it has no splitter by word pieces, and is given slices."""

    modules = ("txtai",)
    needs = ("txtai", "faiss-cpu")

    def ready(self) -> None:
        from txtai import Embeddings

        self.made = Embeddings(path=self.job.model, content=True)
        self.tokenizer = tokenizer_in(self.job.model)
        self.made.batchtransform(["warm up"])

    def index(self) -> None:
        self.passages = [t for a in self.given for t in slices(self.tokenizer, body(a), self.job.window - 2)]
        self.made.index(self.passages)
        self.made.save(self.job.place)

    def texts(self) -> Sequence[str]:
        return self.passages

    def search(self, question: str) -> object:
        return self.made.search(question, limit=K)


class Haystack(System):
    """Haystack and Chroma in a pipeline: its splitter by its default of 200 words, embedder, writer."""

    modules = (
        "haystack", "haystack.components.preprocessors", "haystack.components.writers",
        "haystack_integrations.components.embedders.sentence_transformers",
        "haystack_integrations.components.retrievers.chroma", "haystack_integrations.document_stores.chroma",
    )  # fmt: skip
    needs = ("haystack-ai", "chroma-haystack", "sentence-transformers-haystack")

    def ready(self) -> None:
        from haystack import Document, Pipeline
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.writers import DocumentWriter
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )
        from haystack_integrations.document_stores.chroma import ChromaDocumentStore

        self.store = ChromaDocumentStore(persist_path=self.job.place)
        embedder = SentenceTransformersDocumentEmbedder(model=self.job.model, progress_bar=False)
        embedder.warm_up()
        embedder.run([Document(content="warm up")])
        self.splitter = DocumentSplitter()
        self.pipeline = Pipeline()
        self.pipeline.add_component("splitter", self.splitter)
        self.pipeline.add_component("embedder", embedder)
        self.pipeline.add_component("writer", DocumentWriter(self.store))
        self.pipeline.connect("splitter", "embedder")
        self.pipeline.connect("embedder", "writer")
        self.asking: tuple[Any, Any] | None = None

    def index(self) -> None:
        from haystack import Document

        self.documents = [Document(content=body(a), meta={"title": a["title"]}) for a in self.given]
        self.pipeline.run({"splitter": {"documents": self.documents}})

    def texts(self) -> Sequence[str]:
        return [passage.content for passage in self.splitter.run(self.documents)["documents"]]

    def search(self, question: str) -> object:
        if self.asking is None:
            from haystack_integrations.components.embedders.sentence_transformers import (
                SentenceTransformersTextEmbedder,
            )
            from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever

            embedder = SentenceTransformersTextEmbedder(model=self.job.model, progress_bar=False)
            embedder.warm_up()
            self.asking = embedder, ChromaEmbeddingRetriever(self.store, top_k=K)
        embedder, retriever = self.asking
        return retriever.run(embedder.run(question)["embedding"])


class SentenceTransformers(System):
    """The model alone by sentence-transformers' defaults, over slices; it keeps no index."""

    modules = ("sentence_transformers",)

    def ready(self) -> None:
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(self.job.model)
        self.model.encode("warm up")
        self.tokenizer = tokenizer_in(self.job.model)

    def index(self) -> None:
        self.passages = [t for a in self.given for t in slices(self.tokenizer, body(a), self.job.window - 2)]
        self.model.encode(self.passages)

    def texts(self) -> Sequence[str]:
        return self.passages


SYSTEMS: dict[str, type[System]] = {
    "verbatim": Verbatim,
    "llama-index": LlamaIndex,
    "llama-index-window": LlamaIndexWindow,
    "langchain": LangChain,
    "txtai": Txtai,
    "haystack": Haystack,
    "sentence-transformers": SentenceTransformers,
}
