"""A value of JSON or TOML with one node of it changed: what somebody types who was thinking of something else."""

import copy

from hypothesis import strategies as st

#: What may stand anywhere instead.
OTHERS = (
    *(None, True, False, 0, 1, -1, 7, 2.5, -0.0, 10**30, float("nan"), float("inf")),
    *("", " ", "x", "7", "a\nb", "../x", "/etc", "\x00", "\udce9", "é" * 300, "(", "{"),
    *([], ["x"], [None], [[]], [7, "x"], {}, {"x": 1}, {"": None}, {"x": {"y": []}}),
)


def places(node, path=()):
    """The way to every node under `node`."""
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from places(value, (*path, number))


def at(node, path):
    """What stands at `path`."""
    for step in path:
        node = node[step]
    return node


def changed(original, path, how, other=None):
    """`original` with the node at `path` ``deleted``, ``renamed``, there ``twice``, or ``replaced`` by `other`."""
    if not path:
        return copy.deepcopy(other)
    spoilt = copy.deepcopy(original)
    home = at(spoilt, path[:-1])
    last = path[-1]
    if how == "replaced":
        home[last] = copy.deepcopy(other)
    elif how == "deleted":
        del home[last]
    elif isinstance(home, list):
        home.insert(last, copy.deepcopy(home[last]))
    elif how == "renamed":
        home[f"{last}s"] = home.pop(last)
    else:
        home[f"{last}_too"] = copy.deepcopy(home[last])
    return spoilt


def spoilings(original, others=OTHERS):
    """A strategy of what `original` becomes by a change of one node."""
    return st.builds(
        changed,
        st.just(original),
        st.sampled_from(list(places(original))),
        st.sampled_from(["deleted", "replaced", "replaced", "twice", "renamed"]),
        st.sampled_from(others),
    )


def in_toml(table):
    """A table as a TOML document; as inline tables, which hold whatever a table may."""
    return "".join(f"{_key(key)} = {_in_toml(value)}\n" for key, value in table.items())


def _key(name):
    return _in_toml(str(name))


def _in_toml(value):
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            letters = (
                each
                if each.isprintable() and each not in '"\\'
                else f"\\U{ord(each):08X}"
                for each in value
            )
            return f'"{"".join(letters)}"'
        case list():
            return f"[{', '.join(map(_in_toml, value))}]"
        case dict():
            pairs = (f"{_key(key)} = {_in_toml(each)}" for key, each in value.items())
            return f"{{{', '.join(pairs)}}}"
    raise TypeError(f"TOML has no {value!r}")
