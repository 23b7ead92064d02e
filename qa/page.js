// The parts of the chat that can be clicked run this once each. It carries no offsets and reads no text of a document:
// only what a button asks for (its data attributes), and where to scroll. What is copied goes to the clipboard alone.
const narrow = () => window.matchMedia("(max-width: 899px)").matches;
const shown = () => document.querySelector("#qa-article .qa-reader")?.dataset.shown;
const reveal = (clicked) => {
    const mark = document.querySelector("#qa-article .qa-current");
    const pane = document.querySelector("#qa-right");
    if (!narrow()) pane.scrollTop = 0;  // where headline and quote fit together, show both
    else if (!clicked) return;  // on a small screen the page stays with the answer until a citation is chosen
    const bottom = narrow() ? window.innerHeight : pane.getBoundingClientRect().bottom;
    if (!mark) pane.scrollIntoView({block: "start"});
    else if (narrow() || mark.getBoundingClientRect().bottom > bottom - 24) {
        const tall = mark.getBoundingClientRect().height > window.innerHeight / 2;
        mark.scrollIntoView({block: tall ? "start" : "center"});
    }
};
const copy = async (button) => {
    const text = button.dataset.copy;
    try {
        await navigator.clipboard.writeText(text);
    } catch {  // a page that is not served over https has no clipboard but this
        const area = document.body.appendChild(Object.assign(document.createElement("textarea"), {value: text}));
        area.select();
        document.execCommand("copy");
        area.remove();
        button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
};
const back = () => {
    const current = document.querySelector("#qa-left [aria-current]");
    current?.scrollIntoView({block: "center"});
    current?.focus({preventScroll: true});
};
element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.copy !== undefined) copy(button);
    else if (button.dataset.back) back();
    else if (button.dataset.place && !button.dataset.edition && button.dataset.place === shown()) reveal(true);
    else if (button.dataset.do) {
        const asked = {...button.dataset};
        const field = button.closest(".qa-form")?.querySelector("input");
        if (field) asked.expected = field.value;
        trigger(button.dataset.do, asked);
    }
});
element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.closest(".qa-form input")) return;
    event.preventDefault();
    event.target.closest(".qa-form").querySelector("button").click();
});
if (element.closest("#qa-article")) {
    document.addEventListener("keydown", (event) => {
        const step = {KeyP: 0, KeyN: 1}[event.code];
        if (!event.altKey || event.ctrlKey || event.metaKey || step === undefined) return;
        const button = document.querySelectorAll("#qa-article .qa-step")[step];
        if (!button) return;
        event.preventDefault();
        button.click();
    });
    new MutationObserver(() => {  // what is folded is made when it is opened first
        for (const field of document.querySelectorAll("#qa-after input, #qa-before input")) {
            if (field.type !== "date") field.type = "date";
        }
        // Its visible words name it; Gradio gives it others.
        document.querySelector("#qa-files button[aria-label]")?.removeAttribute("aria-label");
    }).observe(element.closest("#qa-panes"), {childList: true, subtree: true});
}
let lastShown = shown();
let lastTurn = "";
const mark = (button, current) => {
    if (current && !button.hasAttribute("aria-current")) button.setAttribute("aria-current", "true");
    if (!current && button.hasAttribute("aria-current")) button.removeAttribute("aria-current");
};
const follow = () => {
    const [place, edition] = [shown()?.split("@")[0], shown()];
    for (const chip of document.querySelectorAll("#qa-conversation .qa-chip")) mark(chip, chip.dataset.place === place);
    for (const entry of document.querySelectorAll("#qa-entries .qa-entry")) mark(entry, edition?.startsWith(`${entry.dataset.article}@`));
};
new MutationObserver(() => {
    follow();
    if (element.closest("#qa-article") && shown() !== lastShown) {
        lastShown = shown();
        reveal(element.querySelector(".qa-reader").dataset.clicked === "1");
    }
    const turns = element.querySelectorAll(".qa-turn");
    const turn = `${turns.length} ${element.querySelector(".qa-wait") ? "waiting" : ""}`;
    if (turn !== lastTurn) {
        lastTurn = turn;
        turns[turns.length - 1]?.scrollIntoView({block: "start"});
    }
}).observe(element, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-shown", "data-place"]});
