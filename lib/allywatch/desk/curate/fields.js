// One field for each column: a title, a box, a mark where its content is a guess, and what is wrong with it.

function choiceBox(options) {
  const box = make("select");
  box.append(new Option("–", ""));
  for (const each of options) box.append(new Option(each.label, each.value));
  return box;
}

function withOptions(box, options, id) {
  const list = make("datalist");
  list.id = id;
  for (const each of options) list.append(new Option(each.label ?? each, each.label ?? each));
  box.setAttribute("list", id);
  return list;
}

// The field of one column; `edited` is called when a person changes it.
function makeField(spec, actors, edited) {
  const whole = make("label", `aw-field aw-wide${spec.width}`);
  const title = make("span", "aw-title", spec.title);
  const names = make("span", "aw-names");
  const error = make("span", "aw-error");
  let box = make("input");
  if (spec.kind === "choice") box = choiceBox(spec.options);
  if (spec.kind === "long") box = make("textarea");
  if (spec.kind === "day") box.type = "date";
  if (spec.most) box.maxLength = spec.most;
  box.title = spec.hint ?? "";
  box.dataset.name = spec.name;
  whole.append(title, names, box, error);
  const name = (code) => actors.find((each) => each.value === code.trim())?.label ?? "";
  const nameActors = () => {
    if (spec.kind === "actors") names.textContent = box.value.split(";").map(name).filter(Boolean).join(", ");
  };
  const field = {
    whole, box, error,
    get value() { return box.value; },
    set value(value) { box.value = value; nameActors(); },
    guess(isGuess) { whole.classList.toggle("aw-guess", isGuess); },
    get isGuess() { return whole.classList.contains("aw-guess"); },
    tell(words) { error.textContent = words; whole.classList.toggle("aw-wrong", Boolean(words)); },
  };
  box.addEventListener("input", () => {
    field.guess(false);
    field.tell("");
    nameActors();
    edited(spec.name, field);
  });
  return field;
}

// The fields of a table in their rows. `fields` are by name.
function makeRows(rows, actors, edited) {
  const whole = make("div", "aw-rows");
  const fields = {};
  for (const row of rows) {
    for (const spec of row) {
      fields[spec.name] = makeField(spec, actors, edited);
      whole.append(fields[spec.name].whole);
    }
  }
  return { whole, fields };
}

// What follows from a change: the usual direction of a type, and the event's date from the claim's.
function followers(rows, fields) {
  const types = rows.flat().find((spec) => spec.name === "events.type")?.options ?? [];
  let lastDate = "";
  return {
    opened() { lastDate = fields["claims.date"].value; },
    edited(name, field) {
      if (name === "events.type") {
        const usual = types.find((each) => each.value === field.value)?.usual;
        if (usual) fields["events.direction"].value = usual;
      }
      if (name === "claims.date") {
        if (fields["events.date"].value === lastDate) fields["events.date"].value = field.value;
        lastDate = field.value;
      }
    },
  };
}
