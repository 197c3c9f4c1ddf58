"""Things kept in memory: so many at most, the longest unused go first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """`kept.get(key, make)`: what was made for this key, or made now. Two who come at once may both make it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        found = self.find(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def find(self, key: Hashable) -> Thing | None:
        with self._lock:
            found = self._things.get(key)
            if found is not None:
                self._things.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Thing) -> None:
        with self._lock:
            self._things[key] = made
            self._things.move_to_end(key)
            if len(self._things) > self.most:
                self._things.popitem(last=False)

    def all(self) -> list[Thing]:
        with self._lock:
            return list(self._things.values())

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._things
