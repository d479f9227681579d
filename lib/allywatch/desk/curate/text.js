// The document at the left, in pieces. Every text is set as text, never as markup; places are counted in code points.

function make(tag, look = "", words = "") {
  const element = document.createElement(tag);
  if (look) element.className = look;
  if (words) element.textContent = words;
  return element;
}

// What is drawn: the whole text once, with a span for each piece that looks like something.
function drawText(words, shown) {
  const letters = [...shown.text];
  words.replaceChildren();
  for (const [start, end, looks, target] of shown.pieces) {
    const text = letters.slice(start, end).join("");
    if (!looks) {
      words.append(text);
      continue;
    }
    const piece = make("span", looks.split(" ").map((look) => `aw-${look}`).join(" "), text);
    piece.title = looks.replaceAll("open", "").trim();
    if (target) piece.dataset.target = target;
    words.append(piece);
  }
  if (shown.missing) words.append(make("em", "aw-missing", shown.missing));
}

function scrollToOpen(pane) {
  const open = pane.querySelector(".aw-open");
  if (!open) return;
  const place = open.getBoundingClientRect();
  const around = pane.getBoundingClientRect();
  pane.scrollTop += place.top - around.top - around.height / 3;
}

// Start and end of the words that are selected in the text; null where none are.
function selectedPlace(words) {
  const chosen = document.getSelection();
  if (!chosen.rangeCount) return null;
  const range = chosen.getRangeAt(0);
  const isWithin = words.contains(range.startContainer) && words.contains(range.endContainer);
  if (range.collapsed || !isWithin) return null;
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = [...before.toString()].length;
  return { start, end: start + [...range.toString()].length };
}

// A pane that tells of words that are selected in it, and of a click on what can be opened.
function textPane(send, signal) {
  const pane = make("div", "aw-text");
  const words = make("div", "aw-words");
  const key = make("div", "aw-key");
  for (const look of ["proposal", "nothing", "claim", "uncoded", "partner", "counterpart", "named", "date", "says"]) {
    key.append(make("span", `aw-${look}`, LOOKS[look]), " ");
  }
  pane.append(words);
  let isPressed = false;
  words.addEventListener("mousedown", () => { isPressed = true; });
  // The button may be let go beside the text.
  document.addEventListener("mouseup", (event) => {
    if (!isPressed) return;
    isPressed = false;
    const place = selectedPlace(words);
    const target = event.target.dataset ? event.target.dataset.target : "";
    if (place) send({ do: "select", ...place });
    else if (target && words.contains(event.target)) send({ do: "go", target });
  }, { signal });
  return { pane, words, key };
}

const LOOKS = {
  proposal: "proposed", nothing: "nothing to code", claim: "claim", uncoded: "no claim", partner: "partner",
  counterpart: "counterpart", named: "only named", date: "date", says: "whose word",
};
