"""Trains the MRZ line recogniser: `python train.py --minutes 60 --out DIR`.

One process draws line images, this one trains on them; each batch is used `--reuse` times, so that neither waits for
the other. Samples are seeded. The learning rate depends on elapsed time, so a run fits any machine; two runs draw the
same samples but end with slightly different weights.
"""

import argparse
import copy
import json
import multiprocessing
import pathlib
import subprocess
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from strips import ALPHABET, BLANK, IGNORED, INDEX, Strips, batch

CLASSES = len(ALPHABET) + 1
# (in, out, kernel, stride, padding) of the first layers; each is followed by batch norm (folded at export) and ReLU.
LAYERS = (
    (1, 16, (5, 5), (2, 2), (2, 2)),
    (16, 32, (3, 3), (2, 1), (1, 1)),
    (32, 48, (3, 3), (2, 1), (1, 1)),
    (48, 96, (3, 3), (1, 1), (0, 1)),
    (96, 96, (1, 5), (1, 1), (0, 2)),
)
CONTEXT_COLUMNS = 9  # receptive field of a context block, columns
BLOCKS = 4


class Context(nn.Module):
    """Residual context block: x + relu(mix(spread(x))), depthwise over columns, then pointwise over channels."""

    def __init__(self, channels):
        super().__init__()
        self.spread = nn.Conv2d(
            channels, channels, (1, CONTEXT_COLUMNS), padding=(0, CONTEXT_COLUMNS // 2), groups=channels, bias=False
        )
        self.spread_norm = nn.BatchNorm2d(channels)
        self.mix = nn.Conv2d(channels, channels, 1, bias=False)
        self.mix_norm = nn.BatchNorm2d(channels)
        nn.init.constant_(self.mix_norm.weight, 0.1)  # starts close to the identity

    def forward(self, x):
        return x + functional.relu(self.mix_norm(self.mix(self.spread_norm(self.spread(x)))))


def network():
    layers = []
    for inputs, outputs, kernel, stride, padding in LAYERS:
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        layers += [convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    channels = LAYERS[-1][1]
    layers += [Context(channels) for _ in range(BLOCKS)]
    layers.append(nn.Conv2d(channels, CLASSES, 1))
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


def normalised(luma):
    """Returns luma [n, rows, columns] normalised to mean 0 and standard deviation 1 per line image."""
    x = torch.as_tensor(luma).float()
    mean = x.mean((1, 2), keepdim=True)
    deviation = x.std((1, 2), keepdim=True, correction=0).clamp_min(2.0)
    return ((x - mean) / deviation)[:, None].contiguous(memory_format=torch.channels_last)


def greedy(logits):
    """Returns the best path of logits [CLASSES, columns] as text (greedy CTC decoding)."""
    text, before = "", BLANK
    for best in logits.argmax(0).tolist():
        if best not in (BLANK, before):
            text += ALPHABET[best]
        before = best
    return text


def distance(a, b):
    """Returns the edit distance (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        left, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            left, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, left + (x != y))
    return row[-1]


def validate(net, sets):
    """Returns the character error rate and the share of exact lines of each set."""
    report = {}
    with torch.no_grad():
        for name, (luma, _, texts) in sets.items():
            read = [greedy(line) for part in normalised(luma).split(64) for line in net(part)[:, :, 0]]
            wrong = sum(distance(r, t) for r, t in zip(read, texts))
            report[name] = {
                "cer": round(wrong / sum(map(len, texts)), 5),
                "lines": round(sum(r == t for r, t in zip(read, texts)) / len(texts), 4),
            }
    return report


def sequence_loss(logits, texts):
    """Returns the CTC loss per character, which makes an ambiguous shape one character instead of two."""
    lengths = torch.tensor([len(text) for text in texts])
    symbols = torch.tensor([INDEX[symbol] for text in texts for symbol in text])
    columns = torch.full((len(texts),), logits.shape[2])
    log = logits.log_softmax(1).permute(2, 0, 1)
    return functional.ctc_loss(log, symbols, columns, lengths, blank=BLANK, reduction="mean", zero_infinity=True)


def average(mean, net, keep):
    """Updates the exponential moving average `mean` with `net`."""
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), net.state_dict().values()):
            if kept.is_floating_point():
                kept.lerp_(new, 1 - keep)
            else:
                kept.copy_(new)


def produce_batches(queue, seed, count, width):
    import cv2

    cv2.setNumThreads(1)
    strips = Strips(seed=seed)
    while True:
        seed += 1
        luma, classes, texts = batch(strips, seed, count, width)
        queue.put((luma, classes, texts))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--seed", type=int, default=1000)
    options.add_argument("--batch", type=int, default=48)
    options.add_argument("--width", type=int, default=384)
    options.add_argument("--rate", type=float, default=3e-3)
    options.add_argument("--reuse", type=int, default=2)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--ctc", type=float, default=0.3, help="weight of the CTC loss beside the per-column one")
    options.add_argument("--resume", type=pathlib.Path)
    options.add_argument("--keep", action="store_true", help="export nothing; the project's weights stay as they are")
    options = options.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    queue = multiprocessing.Queue(16)
    producer = (queue, options.seed * 1_000_000, options.batch, options.width)
    multiprocessing.Process(target=produce_batches, args=producer, daemon=True).start()
    drawer = Strips(seed=7)
    sets = {name: batch(drawer, 7, 256, 576, hard) for name, hard in (("easy", 0.2), ("middle", 0.6), ("hard", 1.0))}

    net = network()
    if options.resume:
        net.load_state_dict(torch.load(options.resume, weights_only=True))
    mean = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-4)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    started, reported, steps, best, losses = time.time(), time.time(), 0, 1.0, []
    waiting = []  # batches with their remaining uses
    random = np.random.default_rng(options.seed)
    while True:
        share = (time.time() - started) / (options.minutes * 60)
        if share >= 1:
            break
        for group in optimiser.param_groups:
            warm = min(1.0, (steps + 1) / 200)
            group["lr"] = options.rate * warm * (0.5 + 0.5 * np.cos(np.pi * share))
        while len(waiting) < 40 and (not waiting or not queue.empty()):
            waiting.append([options.reuse, *queue.get()])
        if len(waiting) < 8 and steps < 100:
            waiting.append([options.reuse, *queue.get()])
        index = random.integers(len(waiting))
        chosen = waiting[index]
        chosen[0] -= 1
        if chosen[0] <= 0:
            waiting.pop(index)
        luma, classes, texts = chosen[1:]
        classes = torch.as_tensor(classes).long()
        logits = net(normalised(luma))[:, :, 0]
        loss = functional.cross_entropy(logits, classes, ignore_index=IGNORED)
        if options.resume or share > 0.15:
            loss = loss + options.ctc * sequence_loss(logits, texts)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        steps += 1
        average(mean, net, min(0.999, 1 - 1 / (steps + 1)))
        losses.append(loss.item())
        if time.time() - reported > 120 or steps == 300:
            reported = time.time()
            report = validate(mean, sets)
            torch.save(mean.state_dict(), options.out / "last.pt")
            score = sum(r["cer"] for r in report.values()) / len(report)
            if score < best:
                best = score
                torch.save(mean.state_dict(), options.out / "best.pt")
            minutes = (time.time() - started) / 60
            print(f"{minutes:.1f} min, {steps} steps, loss {np.mean(losses):.4f}, {json.dumps(report)}", flush=True)
            losses = []
    report = validate(mean, sets)
    torch.save(mean.state_dict(), options.out / "final.pt")
    print(f"end: {steps} steps, {json.dumps(report)}", flush=True)
    if not options.keep:
        export = pathlib.Path(__file__).with_name("export.py")
        subprocess.run([sys.executable, export, "--weights", options.out / "final.pt"], check=True)


if __name__ == "__main__":
    main()
