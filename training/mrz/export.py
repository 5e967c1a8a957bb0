"""Exports a trained recogniser: `python export.py --weights DIR/final.pt`.

Writes `assets/mrz.kycm` (batch norm folded, 8-bit weights with a scale per output channel) and
`tests/fixtures/mrz_recogniser.bin` (line images with the log-probabilities of the exported weights), and prints the
figures of the model card.

The fixture, little endian: u32 number of line images; for each: u32 width, u32 length of the text, the text, luma
[24][width], u32 columns, f32 log-probabilities [columns][38].
"""

import argparse
import hashlib
import json
import pathlib
import struct
import sys

import numpy as np
import torch
from torch.nn import functional

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))

from kycm import Writer  # noqa: E402
from strips import HEIGHT, Strips, batch  # noqa: E402
from train import Context, network, normalised, validate  # noqa: E402


def fold_batch_norm(conv, norm):
    """Returns (weights [out, in, kh, kw], bias) of a convolution with its batch norm folded in."""
    factor = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
    weights = conv.weight.detach() * factor[:, None, None, None]
    return weights.numpy(), (norm.bias.detach() - norm.running_mean * factor).numpy()


def dequantised(weights):
    """Returns the weights after 8-bit quantisation."""
    scale = np.maximum(np.abs(weights).max((1, 2, 3), keepdims=True), 1e-12) / 127
    return (np.clip(np.rint(weights / scale), -127, 127) * scale).astype(np.float32)


def operators(net):
    """Yields the operators as (kind, (weights, bias), …); kind is "conv", "context" (two convolutions) or "last"."""
    modules = list(net)
    for index, module in enumerate(modules):
        if isinstance(module, Context):
            yield (
                "context",
                fold_batch_norm(module.spread, module.spread_norm),
                fold_batch_norm(module.mix, module.mix_norm),
            )
        elif isinstance(module, torch.nn.Conv2d) and index + 1 < len(modules):
            yield "conv", fold_batch_norm(module, modules[index + 1]), module.stride, module.padding
        elif isinstance(module, torch.nn.Conv2d):
            yield "last", (module.weight.detach().numpy(), module.bias.detach().numpy())


def serialise(net):
    """Returns the bytes of the `.kycm` file."""
    writer, at = Writer(1, "i8"), 0
    for kind, (weights, bias), *rest in operators(net):
        if kind == "context":
            ((mix, mix_bias),) = rest
            pad = weights.shape[3] // 2
            spread = writer.depthwise(at, weights[:, 0].transpose(1, 2, 0), bias, pad=(0, 0, pad, pad))
            mixed = writer.conv2d(spread, mix.transpose(2, 3, 1, 0), mix_bias, activation="relu")
            at = writer.add(at, mixed)
        elif kind == "conv":
            stride, (down, right) = rest
            pad = (down, down, right, right)
            at = writer.conv2d(at, weights.transpose(2, 3, 1, 0), bias, stride, pad, "relu")
        else:
            at = writer.conv2d(at, weights.transpose(2, 3, 1, 0), bias)
    writer.outputs = [at]
    return writer.bytes()


def quantised_network(net):
    """Returns the network with folded, quantised weights, as a function of normalised line images."""
    steps = list(operators(net))
    tensor = torch.tensor

    def run(x):
        for kind, (weights, bias), *rest in steps:
            w, b = tensor(dequantised(weights)), tensor(bias)
            if kind == "context":
                ((mix, mix_bias),) = rest
                spread = functional.conv2d(x, w, b, padding=(0, weights.shape[3] // 2), groups=len(weights))
                x = x + functional.conv2d(spread, tensor(dequantised(mix)), tensor(mix_bias)).relu()
            elif kind == "conv":
                x = functional.conv2d(x, w, b, *rest).relu()
            else:
                x = functional.conv2d(x, w, b)
        return x

    return run


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--weights", type=pathlib.Path, required=True)
    options.add_argument("--to", type=pathlib.Path, default=ROOT, help="output folder instead of the project")
    options = options.parse_args()
    torch.set_num_threads(1)
    net = network().eval()
    net.load_state_dict(torch.load(options.weights, weights_only=True))
    quantised = quantised_network(net)
    data = serialise(net)
    (options.to / "assets").mkdir(parents=True, exist_ok=True)
    (options.to / "assets/mrz.kycm").write_bytes(data)
    print(len(data), "bytes, sha256", hashlib.sha256(data).hexdigest())

    drawer = Strips(seed=11)
    levels = (("easy", 0.2), ("middle", 0.6), ("hard", 1.0))
    sets = {name: batch(drawer, 11, 512, 576, hard) for name, hard in levels}
    print("f32", json.dumps(validate(net, sets)))
    print("i8 ", json.dumps(validate(quantised, sets)))

    fixture = struct.pack("<I", 3)
    for seed, hard, width in ((1, 0.1, 320), (2, 0.4, 241), (3, 0.7, 200)):
        luma, _, texts = batch(drawer, seed, 1, width, hard)
        with torch.no_grad():
            log = quantised(normalised(luma))[0, :, 0].log_softmax(0).T.numpy()
        assert luma.shape[1] == HEIGHT and log.shape == ((width + 1) // 2, 38), log.shape
        fixture += struct.pack("<II", width, len(texts[0])) + texts[0].encode() + luma.tobytes()
        fixture += struct.pack("<I", len(log)) + np.ascontiguousarray(log, "<f4").tobytes()
    (options.to / "tests/fixtures").mkdir(parents=True, exist_ok=True)
    (options.to / "tests/fixtures/mrz_recogniser.bin").write_bytes(fixture)


if __name__ == "__main__":
    main()
