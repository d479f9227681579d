// One field for each column: a title, a box, a mark where its content is a guess, and what is wrong with it.

// Of a text that may be so long, what is typed is counted.
const LONGEST_COUNTED = 60;

function choiceBox(options) {
  const box = make("select");
  box.append(new Option("–", ""));
  for (const each of options) box.append(new Option(each.label, each.value));
  return box;
}

// A list of words that a box offers; it is filled by `fillOptions`.
function optionsOf(box, id) {
  const list = make("datalist");
  list.id = id;
  box.setAttribute("list", id);
  return list;
}

function fillOptions(list, options) {
  list.replaceChildren(...options.map((each) => new Option(each.label ?? each, each.value ?? each)));
}

// The field of one column; `edited` is called when a person changes it, `nameOf` gives the name of an actor's code.
function makeField(spec, edited = () => {}, nameOf = () => "") {
  const whole = make("label", `aw-field aw-wide${spec.width}`);
  const head = make("span", "aw-head");
  const names = make("span", "aw-names");
  const error = make("span", "aw-error");
  let box = make("input");
  if (spec.kind === "choice") box = choiceBox(spec.options);
  if (spec.kind === "long") box = make("textarea");
  if (spec.kind === "day") box.type = "date";
  if (spec.most) box.maxLength = spec.most;
  if (spec.required) whole.classList.add("aw-required");
  box.title = spec.hint ?? "";
  box.dataset.name = spec.name;
  head.append(make("span", "aw-title", spec.title), names, error);
  whole.append(head, box);
  const tellBeside = () => {
    if (spec.most && spec.most <= LONGEST_COUNTED) {
      const length = [...box.value].length;
      names.textContent = length > spec.most / 2 ? `${length} of ${spec.most}` : "";
    }
    if (spec.kind === "actors") names.textContent = box.value.split(";").map((code) => nameOf(code.trim())).filter(Boolean).join(", ");
  };
  const field = {
    whole, box, title: spec.title,
    get value() { return box.value; },
    set value(value) { box.value = value; tellBeside(); },
    guess(isGuess) { whole.classList.toggle("aw-guess", isGuess); },
    get isGuess() { return whole.classList.contains("aw-guess"); },
    // What is wrong with it, or what it still lacks; both stand beside its title.
    tell(words, isReminder = false) {
      error.textContent = words;
      head.title = words;
      whole.classList.toggle("aw-wrong", Boolean(words) && !isReminder);
      whole.classList.toggle("aw-reminded", Boolean(words) && isReminder);
    },
    get isWrong() { return whole.classList.contains("aw-wrong"); },
  };
  const changed = () => {
    field.guess(false);
    field.tell("");
    tellBeside();
    edited(spec.name);
  };
  box.addEventListener(spec.kind === "choice" ? "change" : "input", changed);
  return field;
}

// The fields of a table in their rows. `fields` are by name.
function makeRows(rows, edited, nameOf) {
  const whole = make("div", "aw-rows");
  const fields = {};
  for (const spec of rows.flat()) {
    fields[spec.name] = makeField(spec, edited, nameOf);
    whole.append(fields[spec.name].whole);
  }
  return { whole, fields };
}
