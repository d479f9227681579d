// A passage as HTML; the words in it that are selected are told to the kernel, counted in code points.
function render({ model, el }) {
  const draw = () => { el.innerHTML = model.get("value"); };
  const tell = () => {
    const words = el.querySelector(".words"), chosen = document.getSelection();
    if (!words || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0), before = document.createRange();
    if (range.collapsed || !words.contains(range.startContainer) || !words.contains(range.endContainer)) return;
    before.setStart(words, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = [...before.toString()].length;
    model.send({ start, end: start + [...range.toString()].length });
  };
  // The button may be let go beside the passage.
  document.addEventListener("mouseup", tell);
  model.on("change:value", draw);
  draw();
  return () => document.removeEventListener("mouseup", tell);
}

export default { render };
