// What follows from a change while the form is filled in, and what it lacks by the contract's rules.

// Puts a guess into a field that no person has set.
function guessAgain(field, value) {
  if (value === undefined || (field.value && !field.isGuess)) return;
  field.value = value;
  field.guess(Boolean(value));
}

// The usual codes of a type, the event's date from the claim's, how the date is known, and who is said to speak.
function followers(rows, fields, speaker) {
  const types = rows.flat().find((spec) => spec.name === "events.type")?.options ?? [];
  let lastDate = "";
  const actions = {
    "events.type": () => {
      const usual = types.find((each) => each.value === fields["events.type"].value)?.usual ?? {};
      for (const [column, code] of Object.entries(usual)) guessAgain(fields[`events.${column}`], code);
    },
    "claims.date": () => {
      const date = fields["claims.date"].value;
      if (fields["events.date"].value === lastDate) fields["events.date"].value = date;
      lastDate = date;
      const basis = fields["claims.date_basis"];
      if (date && basis.value === "undated") guessAgain(basis, "stated");
      if (!date) guessAgain(basis, "undated");
    },
    "claims.modality": () => {
      if (fields["claims.modality"].value === "attributed") guessAgain(fields["claims.attributed_to"], speaker() || undefined);
    },
  };
  return {
    opened() { lastDate = fields["claims.date"].value; },
    edited(name) { actions[name]?.(); },
  };
}

function holds(value, condition) {
  if (Array.isArray(condition)) return condition.includes(value);
  return (value.trim() === "") === condition.blank;
}

// Reminds at each field of the first rule that the form does not meet as it is.
function remind(rules, fields) {
  const lacking = {};
  for (const { when, then, says } of rules) {
    const [[name, condition]] = Object.entries(then);
    const applies = Object.entries(when).every(([each, asked]) => holds(fields[each].value, asked));
    if (applies && !holds(fields[name].value, condition)) lacking[name] ??= says;
  }
  for (const [name, field] of Object.entries(fields)) {
    if (!field.isWrong) field.tell(lacking[name] ?? "", true);
  }
}
