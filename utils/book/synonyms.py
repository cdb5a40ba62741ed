"""A Sphinx extension: the search finds a glossary entry by its other names, and leads to the entry, not to the top of the page.

An entry's other names are the Chinese term that its text begins with, what it says is "Also written", and American spelling.
They are objects of a domain of their own, since Sphinx keeps all objects in its search index, which works from disk too.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType

CHINESE = re.compile(r"[^.]*[\u4e00-\u9fff][^.]*(?=\.)")
ALSO = re.compile(r"Also written ([^.]+)\.")
BRITISH = re.compile(r"is(?=(?:ation|e|ed|ing)\b)")


def other_names(term: str, text: str) -> list[str]:
    """Names that a glossary entry goes by besides its own, from its explanation: `other_names("bias", "偏置. …")` is ["偏置"]."""
    chinese = [found.group().strip()] if (found := CHINESE.match(text)) else []
    also = [name.strip() for found in ALSO.findall(text) for name in found.split(",")]
    return [*chinese, *also, *({BRITISH.sub("iz", term)} - {term})]


class Synonyms(Domain):
    """Other names of glossary entries, for the search alone."""

    name = "synonyms"
    label = "Other name of a"
    object_types = {"name": ObjType("glossary entry")}  # noqa: RUF012 (as Sphinx declares it)
    initial_data = {"names": {}}  # noqa: RUF012 – page: [("均方误差 (mean squared error)", anchor)]

    def process_doc(self, env: Any, docname: str, document: nodes.document) -> None:
        self.data["names"][docname] = [
            (f"{name} ({term.astext()})", term["ids"][0])
            for glossary in document.findall(addnodes.glossary)
            for entry in glossary.findall(nodes.definition_list_item)
            for term in entry.findall(nodes.term)
            for name in other_names(term.astext(), entry.next_node(nodes.definition).astext())
        ]

    def clear_doc(self, docname: str) -> None:
        self.data["names"].pop(docname, None)

    def merge_domaindata(self, docnames: Collection[str], otherdata: dict) -> None:
        self.data["names"] |= {page: names for page, names in otherdata["names"].items() if page in docnames}

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for page, names in self.data["names"].items():
            yield from ((name, name, "name", page, anchor, 1) for name, anchor in names)

    def resolve_any_xref(self, *_: Any) -> list:
        """No link in a text is meant for these names."""
        return []


def setup(app: Sphinx) -> None:
    """Register the domain of other names with Sphinx."""
    app.add_domain(Synonyms)
