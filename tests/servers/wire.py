"""A wire to a server on loopback that can be cut as networks are: in silence, or after so many bytes."""

import contextlib
import selectors
import socket
import threading
from typing import Self

from servers.loopback import HOST

_SLICE = 1 << 16
# More than is ever said.
_NO_LIMIT = 1 << 60


class Wire:
    """Forwards `port` to the server at `to`; while cut it swallows whatever either side says.

    A cut leaves connections open and mute, and new ones are taken and never answered. `heal` ends those and
    lets new ones through, as when a network comes back after the other side has forgotten. A server that asks
    with keep-alives whether its clients are there finds that out on a real cut, and cannot here, where the
    wire itself still answers: after `found_out` seconds its ends are shut for it.

    Attributes:
        carried: how many bytes went toward the "client" and toward the "server".
    """

    def __init__(self, to: int, found_out: float | None = None) -> None:
        self._to = to
        self._found_out = found_out
        self._server = socket.create_server((HOST, 0))
        self.port: int = self._server.getsockname()[1]
        self.carried = {"client": 0, "server": 0}
        self._most = {"client": _NO_LIMIT, "server": _NO_LIMIT}
        self._cut = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._far: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def allow(self, most: int, toward: str) -> None:
        """End each connection, both ways, when `most` bytes in all have gone toward "client" or "server"."""
        self._most[toward] = most

    def cut(self) -> None:
        """From now on nothing passes."""
        self._cut.set()
        if self._found_out is not None:
            with self._lock:
                far = tuple(self._far)
            timer = threading.Timer(self._found_out, _shut, far)
            timer.daemon = True
            timer.start()

    def heal(self) -> None:
        """End what was mute, and let new connections through."""
        self._drop()
        self._cut.clear()

    def close(self) -> None:
        """End all connections and give up the port; a second time changes nothing."""
        self._over.set()
        self._server.close()
        self._drop()
        for thread in self._threads:
            thread.join()

    def _drop(self) -> None:
        with self._lock:
            ended, self._open = self._open, []
        _shut(*ended)

    def _accept(self) -> None:
        self._server.settimeout(0.05)
        while not self._over.is_set():
            try:
                near, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(near,))
            self._threads.append(thread)
            thread.start()

    def _carry(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if self._cut.is_set():
                with self._lock:
                    self._open.append(near)
                self._swallow(near)
                return
            with socket.create_connection((HOST, self._to)) as far:
                with self._lock:
                    self._open += [near, far]
                    self._far.append(far)
                self._pump(near, far)

    def _swallow(self, near: socket.socket) -> None:
        while near.recv(_SLICE):
            pass

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: (far, "server"), far: (near, "client")}
        with selectors.DefaultSelector() as selector:
            for end in other:
                selector.register(end, selectors.EVENT_READ)
            while not self._is_spent():
                for key, _ in selector.select():
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    said = end.recv(_SLICE)
                    if self._cut.is_set():
                        if not said:
                            selector.unregister(end)
                            if not selector.get_map():
                                return
                    elif said:
                        self._pass_on(said, *other[end])
                    else:
                        return

    def _pass_on(self, said: bytes, to: socket.socket, toward: str) -> None:
        piece = said[: self._most[toward] - self.carried[toward]]
        to.sendall(piece)
        self.carried[toward] += len(piece)

    def _is_spent(self) -> bool:
        return any(self.carried[toward] >= most for toward, most in self._most.items())


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
