// Both HTML parts of the chat run this once. It carries no text and no offsets: only which place, and where to scroll.
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
element.addEventListener("click", (event) => {
    const place = event.target.closest("[data-place]");
    const example = event.target.closest("[data-example]");
    if (place && place.dataset.place === shown()) reveal(true);
    else if (place) trigger("select", {place: place.dataset.place});
    else if (example) trigger("submit", {example: example.dataset.example});
    else if (event.target.closest("[data-back]")) {
        const chip = document.querySelector(`#qa-conversation [data-place="${shown()}"]`);
        chip?.scrollIntoView({block: "center"});
        chip?.focus({preventScroll: true});
    }
});
let lastShown = shown();
let lastTurn = "";
new MutationObserver(() => {
    for (const chip of document.querySelectorAll("#qa-conversation .qa-chip")) {
        const current = chip.dataset.place === shown();
        if (current && !chip.hasAttribute("aria-current")) chip.setAttribute("aria-current", "true");
        if (!current && chip.hasAttribute("aria-current")) chip.removeAttribute("aria-current");
    }
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
