"""The diagram as a drawing: boxes in three columns, and lines that run in the gutters between them.

Whole numbers of pixels throughout, so that the template need not round. A line leaves the row of its pointer, runs in
a lane of its own, and arrives at the key of what it points to; past a column it runs above the boxes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, pairwise

from developers.diagram import Relation, relations
from developers.dictionary import Described, Entry

COLUMNS = 3
ROW, HEAD, FOOT = 22, 34, 8
LETTER, ROOM = 7, 52  # of a text of 12 px, and what stands between and around the two texts of a row
NARROWEST = 176
LANE, MARGIN = 12, 18
APART = 32  # between boxes of a column
CORNER = 6


@dataclass
class Line:
    """One row of a box. ``y``: the middle of it."""

    entry: Entry
    y: int

    @property
    def key(self) -> str:
        return {"objectId": "PK"}.get(self.entry.name, "FK" if self.entry.type == "Pointer" else "")


@dataclass
class Box:
    described: Described
    column: int
    x: int
    y: int
    width: int
    lines: list[Line]

    @property
    def height(self) -> int:
        return HEAD + len(self.lines) * ROW + FOOT

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def title_y(self) -> int:
        return self.y + HEAD // 2

    @property
    def rule_y(self) -> int:
        return self.y + HEAD - 4

    @property
    def name_x(self) -> int:
        return self.x + 12

    @property
    def type_x(self) -> int:
        return self.right - 12

    def line_of(self, field: str) -> int:
        return next(line.y for line in self.lines if line.entry.name == field)


@dataclass(frozen=True)
class Wire:
    """``path``: the line itself. ``many``: the crow's foot where it leaves. ``one``: the two strokes where it ends."""

    relation: Relation
    path: str
    many: str
    one: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    wires: list[Wire]


def drawing(classes: list[Described]) -> Drawing:
    columns = in_columns(classes)
    place = {one.name: number for number, column in enumerate(columns) for one in column}
    routes = [Route(relation, place[relation.source], place[relation.target]) for relation in relations(classes)]
    lanes = Lanes(routes)
    boxes, width = _boxes(columns, lanes)
    by_name = {box.described.name: box for box in boxes}
    wires = [lanes.wire(route, by_name) for route in routes]
    return Drawing(width, max(box.y + box.height for box in boxes) + MARGIN, boxes, wires)


def in_columns(classes: list[Described]) -> list[list[Described]]:
    """In their order, cut where the longest column is shortest."""
    heights = [HEAD + len(one.own) * ROW + FOOT + APART for one in classes]
    cuts = [(0, *cut, len(classes)) for cut in combinations(range(1, len(classes)), min(COLUMNS, len(classes)) - 1)]
    best = min(cuts, key=lambda cut: max(sum(heights[a:b]) for a, b in pairwise(cut)))
    return [classes[a:b] for a, b in pairwise(best)]


@dataclass(frozen=True)
class Route:
    """Which gutters a line needs. Gutter n is before column n; the last one is behind the last column."""

    relation: Relation
    start: int
    end: int

    @property
    def first(self) -> int:
        """Where it leaves its box: before the column if it goes back, else behind."""
        return self.start if self.end < self.start else self.start + 1

    @property
    def last(self) -> int:
        return self.end + 1 if self.end <= self.start else self.end

    @property
    def is_long(self) -> bool:
        return self.first != self.last

    @property
    def gutters(self) -> tuple[int, ...]:
        return (self.first, self.last) if self.is_long else (self.first,)


class Lanes:
    """A lane for each line in each gutter that it uses, and one above the boxes for those that are long."""

    def __init__(self, routes: list[Route]) -> None:
        self.used: Counter[int] = Counter()
        self.above = 0
        self._lane: dict[tuple[Route, int], int] = {}
        self._roof: dict[Route, int] = {}
        self.left: list[int] = []  # where each gutter begins, once the boxes are placed
        for route in routes:
            for gutter in route.gutters:
                self._lane[route, gutter] = self.used[gutter]
                self.used[gutter] += 1
            if route.is_long:
                self._roof[route] = self.above
                self.above += 1

    def breadth(self, gutter: int) -> int:
        return 2 * MARGIN + LANE * max(0, self.used[gutter] - 1) if self.used[gutter] else MARGIN

    @property
    def roof(self) -> int:
        return MARGIN + LANE * self.above

    def x(self, route: Route, gutter: int) -> int:
        return self.left[gutter] + MARGIN + LANE * self._lane[route, gutter]

    def wire(self, route: Route, boxes: dict[str, Box]) -> Wire:
        relation = route.relation
        source, target = boxes[relation.source], boxes[relation.target]
        from_y, to_y = source.line_of(relation.field), target.line_of("objectId")
        out = -1 if route.first == route.start else 1
        back = 1 if route.last == route.end + 1 else -1
        from_x = source.x if out < 0 else source.right
        to_x = target.right if back > 0 else target.x
        points = [(from_x, from_y), (self.x(route, route.first), from_y)]
        if route.is_long:
            y = MARGIN // 2 + LANE * self._roof[route]
            points += [(self.x(route, route.first), y), (self.x(route, route.last), y)]
        points += [(self.x(route, route.last), to_y), (to_x, to_y)]
        many = f"M{from_x} {from_y - 5}L{from_x + 9 * out} {from_y}L{from_x} {from_y + 5}"
        one = "".join(f"M{to_x + far * back} {to_y - 5}V{to_y + 5}" for far in (5, 9))
        return Wire(relation, _path(points), many, one)


def _path(points: list[tuple[int, int]]) -> str:
    """Straight pieces with round corners."""
    x, y = points[0]
    words = [f"M{x} {y}"]
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards((x, y), before), _towards((x, y), after)
        words.append(f"L{near[0]} {near[1]}Q{x} {y} {far[0]} {far[1]}")
    return "".join([*words, f"L{points[-1][0]} {points[-1][1]}"])


def _towards(corner: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (x, y), (to_x, to_y) = corner, other
    reach = min(CORNER, max(abs(to_x - x), abs(to_y - y)) // 2)
    return x + reach * _sign(to_x - x), y + reach * _sign(to_y - y)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _boxes(columns: list[list[Described]], lanes: Lanes) -> tuple[list[Box], int]:
    """Placed from left to right and from top to bottom; and the width of the whole."""
    boxes: list[Box] = []
    x = 0
    for number, column in enumerate(columns):
        lanes.left.append(x)
        x += lanes.breadth(number)
        width, y = max(_breadth(one) for one in column), lanes.roof
        for one in column:
            lines = [Line(entry, y + HEAD + row * ROW + ROW // 2) for row, entry in enumerate(one.own)]
            boxes.append(Box(one, number, x, y, width, lines))
            y += boxes[-1].height + APART
        x += width
    lanes.left.append(x)
    return boxes, x + lanes.breadth(len(columns))


def _breadth(described: Described) -> int:
    letters = max(len(entry.name) + len(entry.type) for entry in described.own)
    return max(NARROWEST, letters * LETTER + ROOM)
