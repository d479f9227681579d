"""Widgets and layouts that the explore and curate pages share."""

from __future__ import annotations

from itables.widget import ITable

#: What a table has above its rows: how many there are, and a search of them.
HEAD = {
    "topStart": "info",
    "topEnd": "search",
    "bottomStart": None,
    "bottomEnd": None,
}


def rows_to_pick(height: str) -> ITable:
    """A searchable table of which one row can be selected; it scrolls beyond `height`."""
    return ITable(
        select="single",
        classes="display compact",
        maxBytes=0,
        showIndex=False,
        paging=False,
        scrollY=height,
        scrollCollapse=True,
        style="table-layout:auto;width:100%;margin:0",
        layout=HEAD,
    )
