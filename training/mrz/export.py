"""Writes a trained recogniser for the product: `python export.py --weights DIR/final.pt`.

Makes `assets/mrz.kycm` (batch norm folded, weights of 8 bits with a scale for each output channel) and
`tests/fixtures/mrz_recogniser.bin` (strips with the log-probabilities that the exported weights give), and prints the figures
of the model card.

The fixture, little endian: u32 number of strips; for each: u32 width, u32 length of the text, the text, luma [24][width],
u32 columns, f32 log-probabilities [columns][38].
"""

import argparse
import hashlib
import json
import pathlib
import struct
import sys

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))

from kycm import Writer  # noqa: E402
from strips import HEIGHT, Strips, batch  # noqa: E402
from train import LAYERS, network, normalised, validate  # noqa: E402


def folded(net):
    """(weights [out, in, kh, kw], bias) of each convolution, batch norm included."""
    modules = list(net)
    result = []
    for index, module in enumerate(modules):
        if not isinstance(module, torch.nn.Conv2d):
            continue
        weights, bias = module.weight.detach(), module.bias
        norm = modules[index + 1] if index + 1 < len(modules) else None
        if isinstance(norm, torch.nn.BatchNorm2d):
            factor = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
            weights = weights * factor[:, None, None, None]
            bias = norm.bias.detach() - norm.running_mean * factor
        result.append((weights.numpy(), bias.detach().numpy()))
    return result


def rounded(weights):
    """Weights as the file's 8 bits carry them."""
    scale = np.maximum(np.abs(weights).max((1, 2, 3), keepdims=True), 1e-12) / 127
    return (np.clip(np.rint(weights / scale), -127, 127) * scale).astype(np.float32)


def plain(layers):
    """The network of folded layers, in torch."""
    modules = []
    for (inputs, outputs, kernel, stride, padding), (weights, bias) in zip(LAYERS, layers):
        conv = torch.nn.Conv2d(inputs, outputs, kernel, stride, padding)
        conv.weight.data, conv.bias.data = torch.tensor(weights), torch.tensor(bias)
        modules += [conv, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1]).eval()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--weights", type=pathlib.Path, required=True)
    options = options.parse_args()
    torch.set_num_threads(1)
    net = network().eval()
    net.load_state_dict(torch.load(options.weights, weights_only=True))
    layers = folded(net)
    writer, at = Writer(1, "i8"), 0
    for index, ((_, _, _, stride, (down, right)), (weights, bias)) in enumerate(zip(LAYERS, layers)):
        activation = "relu" if index + 1 < len(LAYERS) else None
        pad = (down, down, right, right)
        at = writer.conv2d(at, weights.transpose(2, 3, 1, 0), bias, stride, pad, activation)
    writer.outputs = [at]
    exported = plain([(rounded(weights), bias) for weights, bias in layers])

    data = writer.bytes()
    (ROOT / "assets").mkdir(exist_ok=True)
    (ROOT / "assets/mrz.kycm").write_bytes(data)
    print(len(data), "bytes, sha256", hashlib.sha256(data).hexdigest())

    drawer = Strips(seed=11)
    levels = (("easy", 0.2), ("middle", 0.6), ("hard", 1.0))
    sets = {name: batch(drawer, 11, 512, 576, hard) for name, hard in levels}
    print("f32", json.dumps(validate(net, sets)))
    print("i8 ", json.dumps(validate(exported, sets)))

    fixture = struct.pack("<I", 3)
    for seed, hard, width in ((1, 0.1, 320), (2, 0.4, 241), (3, 0.7, 200)):
        luma, _, texts = batch(drawer, seed, 1, width, hard)
        with torch.no_grad():
            log = exported(normalised(luma))[0, :, 0].log_softmax(0).T.numpy()
        assert luma.shape[1] == HEIGHT and log.shape == ((width + 1) // 2, 38), log.shape
        fixture += struct.pack("<II", width, len(texts[0])) + texts[0].encode() + luma.tobytes()
        fixture += struct.pack("<I", len(log)) + np.ascontiguousarray(log, "<f4").tobytes()
    (ROOT / "tests/fixtures").mkdir(parents=True, exist_ok=True)
    (ROOT / "tests/fixtures/mrz_recogniser.bin").write_bytes(fixture)


if __name__ == "__main__":
    main()
