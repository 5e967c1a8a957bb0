"""Writes `.kycm` files: the byte layout is documented in src/core/model/mod.rs.

Weights are numpy arrays: conv2d [kh, kw, cin, cout], depthwise [kh, kw, cout]. Tensor 0 is the input; each call
returns the id of its output tensor.
"""

import struct

import numpy as np

ACTIVATIONS = {None: 0, "relu": 1, "prelu": 2}


class Writer:
    def __init__(self, input_channels: int, weight_type: str = "i8"):
        assert weight_type in ("f32", "f16", "i8")
        self.input_channels, self.weight_type = input_channels, weight_type
        self.ops, self.count, self.outputs = bytearray(), 0, []

    def conv2d(self, x, weights, bias, stride=(1, 1), pad=(0, 0, 0, 0), activation=None, slopes=None):
        kh, kw, _, cout = weights.shape
        return self._op(
            1,
            activation,
            x,
            0xFFFF,
            self._window(kh, kw, stride, pad)
            + struct.pack("<H", cout)
            + self._weights(weights, cout)
            + self._f32(bias),
            slopes,
        )

    def depthwise(self, x, weights, bias, stride=(1, 1), pad=(0, 0, 0, 0), activation=None, slopes=None):
        kh, kw, c = weights.shape
        return self._op(
            2,
            activation,
            x,
            0xFFFF,
            self._window(kh, kw, stride, pad) + struct.pack("<H", c) + self._weights(weights, c) + self._f32(bias),
            slopes,
        )

    def max_pool(self, x, kernel, stride, pad=(0, 0, 0, 0)):
        return self._op(3, None, x, 0xFFFF, self._window(*kernel, stride, pad))

    def add(self, a, b, activation=None, slopes=None):
        return self._op(4, activation, a, b, b"", slopes)

    def pad_channels(self, x, channels):
        return self._op(5, None, x, 0xFFFF, struct.pack("<H", channels))

    def mean_height(self, x):
        return self._op(6, None, x, 0xFFFF, b"")

    def bytes(self) -> bytes:
        header = b"KYCM" + struct.pack("<III", 1, self.input_channels, self.count)
        return header + bytes(self.ops) + struct.pack(f"<H{len(self.outputs)}H", len(self.outputs), *self.outputs)

    def _op(self, kind, activation, first, second, rest, slopes=None):
        self.ops += struct.pack("<BBHH", kind, ACTIVATIONS[activation], first, second) + rest
        if activation == "prelu":
            self.ops += self._f32(slopes)
        self.count += 1
        return self.count

    @staticmethod
    def _window(kh, kw, stride, pad):
        """`pad`: top, bottom, left, right."""
        return struct.pack("<8H", kh, kw, *stride, *pad)

    @staticmethod
    def _f32(values):
        return np.asarray(values, "<f4").tobytes()

    def _weights(self, weights, outputs):
        w = np.asarray(weights, np.float32).reshape(-1, outputs)
        if self.weight_type == "f32":
            return b"\0" + self._f32(w)
        if self.weight_type == "f16":
            return b"\1" + w.astype("<f2").tobytes()
        scale = np.maximum(np.abs(w).max(axis=0), 1e-12) / 127.0
        return b"\2" + self._f32(scale) + np.clip(np.rint(w / scale), -127, 127).astype(np.int8).tobytes()
