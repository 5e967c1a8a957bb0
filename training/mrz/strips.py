"""Synthetic line images as the rectifier produces them: print, camera and rectification, each with its faults.

A line is printed on a master (isotropic, capitals 30 px high), photographed into sensor pixels of any resolution
(perspective, light, blur, noise, JPEG), and rectified to a line image with small errors. The size of a
line image is the contract in `src/core/mrz/recognise.rs`.
"""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text import ALPHABET, INDEX, line

HEIGHT, CAP, PITCH, STRIDE = 24, 15.0, 12.0, 2
BLANK, IGNORED = len(ALPHABET), 255

MASTER_CAP, CELL, MASTER_HEIGHT, BASE = 30, 32, 128, 64  # BASE: the row of the centre of the capitals
OCRB = "/usr/share/fonts/opentype/ocr-b/OCRB{}.otf"
# (file, share, squeezes): OCR-B regular and oblique, and the typefaces that issuers and mock-ups use instead,
# proportional ones set at a fixed pitch. A squeeze scales the glyph width: in many typefaces the width distinguishes
# O from 0, but only relative to the other characters of the line.
TRUETYPE = "/usr/share/fonts/truetype/"
FACES = [
    (OCRB.format(""), 0.48, (0.94, 1.0, 1.0, 1.06)),
    (OCRB.format("S"), 0.18, (0.94, 1.0, 1.0, 1.06)),
    (OCRB.format("L"), 0.02, (1.0,)),
    (TRUETYPE + "liberation/LiberationMono-Regular.ttf", 0.03, (0.9, 1.0)),
    (TRUETYPE + "liberation/LiberationMono-Bold.ttf", 0.03, (0.9, 1.0)),
    (TRUETYPE + "dejavu/DejaVuSansMono.ttf", 0.03, (0.9, 1.0)),
    (TRUETYPE + "dejavu/DejaVuSansMono-Bold.ttf", 0.02, (0.9, 1.0)),
    (TRUETYPE + "freefont/FreeMono.ttf", 0.03, (1.0,)),
    (TRUETYPE + "freefont/FreeMonoBold.ttf", 0.02, (1.0,)),
    (TRUETYPE + "dejavu/DejaVuSans.ttf", 0.05, (0.72, 0.78, 0.84, 0.92, 1.0)),
    (TRUETYPE + "dejavu/DejaVuSans-Bold.ttf", 0.03, (0.64, 0.70, 0.78, 0.88)),
    (TRUETYPE + "liberation/LiberationSans-Regular.ttf", 0.05, (0.75, 0.85, 0.95, 1.05)),
    (TRUETYPE + "liberation/LiberationSans-Bold.ttf", 0.03, (0.75, 0.85, 0.95)),
]
WEIGHTS = (-1.6, -0.9, -0.4, 0.0, 0.0, 0.5, 1.0, 1.6, 2.3)  # growth of strokes at each side, px of a 4x master


def _atlas(file, growth, squeeze):
    """Returns the ink of all symbols, [37, MASTER_HEIGHT, CELL], 0–255."""
    scale = 4
    font = ImageFont.truetype(file, 100)
    box = font.getbbox("H")
    size = 100 * MASTER_CAP * scale / (box[3] - box[1])
    font = ImageFont.truetype(file, round(size))
    box = font.getbbox("H")
    middle = (box[1] + box[3]) / 2
    cells = []
    for symbol in ALPHABET:
        # Glyphs of proportional typefaces that are still too wide are narrowed to the cell.
        width = max(int(CELL * scale / squeeze), int(font.getlength(symbol) * 1.02))
        image = Image.new("L", (width, MASTER_HEIGHT * scale), 0)
        x = width / 2 - font.getlength(symbol) / 2
        ImageDraw.Draw(image).text((x, BASE * scale - middle), symbol, font=font, fill=255)
        ink = cv2.resize(np.asarray(image), (CELL * scale, MASTER_HEIGHT * scale), interpolation=cv2.INTER_AREA)
        if "FreeMono.ttf" in file:  # already as thin as print can be
            growth = max(growth, -0.2)
        if growth:
            inside = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
            outside = cv2.distanceTransform(255 - ink, cv2.DIST_L2, 5)
            ink = np.clip((inside - outside + growth * 1.6) * 128 + 128, 0, 255).astype(np.uint8)
        cells.append(cv2.resize(ink, (CELL, MASTER_HEIGHT), interpolation=cv2.INTER_AREA))
    return np.stack(cells)


def _smooth(rng, rows, columns, coarse_rows, coarse_columns):
    """Returns a smooth random field, about -1 to 1."""
    coarse = rng.normal(0, 0.6, (max(coarse_rows, 2), max(coarse_columns, 2))).astype(np.float32)
    return cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)


def _guilloche(rng, rows, columns):
    """Returns families of fine wavy lines (guilloche)."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    field = np.zeros((rows, columns), np.float32)
    for _ in range(rng.integers(1, 4)):
        period = rng.uniform(5, 40)
        angle = rng.uniform(0, np.pi)
        bend = rng.uniform(0, 30) * np.sin(x * (2 * np.pi / rng.uniform(60, 500)) + rng.uniform(0, 6))
        bend += rng.uniform(0, 12) * np.sin(y * (2 * np.pi / rng.uniform(40, 300)) + rng.uniform(0, 6))
        phase = (x * np.cos(angle) + y * np.sin(angle) + bend) * (2 * np.pi / period)
        wave = np.sin(phase)
        if rng.random() < 0.7:  # thin lines rather than a wave
            wave = np.clip((wave - rng.uniform(0.3, 0.9)) * 6, 0, 1)
        field += wave * rng.choice([-1, -1, 1])
    return field / max(np.abs(field).max(), 1e-3)


def _backgrounds(rng, count, rows=320, columns=1700):
    """Returns background textures, -1 to 1 in units of 1/127 (int8), to crop from."""
    fields = []
    for index in range(count):
        kind = index % 5
        if kind in (0, 1):
            field = _guilloche(rng, rows, columns)
        elif kind == 2:  # photograph-like: smooth shapes with edges
            field = _smooth(rng, rows, columns, 8, 40)
            field = np.where(field > rng.uniform(-0.3, 0.6), field, _smooth(rng, rows, columns, 4, 16))
        elif kind == 3:  # paper: fibres and stains
            field = 0.6 * _smooth(rng, rows, columns, rows // 3, columns // 6) + 0.4 * _smooth(
                rng, rows, columns, 20, 90
            )
        else:  # printed words and emblems behind the MRZ
            image = np.zeros((rows, columns), np.uint8)
            for _ in range(60):
                where = (int(rng.integers(-50, columns)), int(rng.integers(0, rows + 30)))
                word = "".join(chr(rng.integers(65, 123)) for _ in range(rng.integers(2, 12)))
                cv2.putText(
                    image, word, where, int(rng.integers(0, 8)), rng.uniform(0.5, 4), 255, int(rng.integers(1, 6))
                )
            field = -image.astype(np.float32) / 255
        field = np.clip(field, -1, 1)
        fields.append((field * 127).astype(np.int8))
    return fields


class Strips:
    """Draws line images; all randomness comes from the generator passed to `draw`."""

    def __init__(self, seed=1, backgrounds=40):
        rng = np.random.default_rng(seed)
        self.faces = [
            [_atlas(file, g, squeeze) for squeeze in squeezes for g in WEIGHTS] for file, _, squeezes in FACES
        ]
        share = np.array([share for _, share, _ in FACES])
        self.share = share / share.sum()
        self.backgrounds = _backgrounds(rng, backgrounds)
        self.noise = rng.normal(0, 32, (600, 2200)).clip(-127, 127).astype(np.int8)

    def _print(self, rng, text, spare, hard):
        """Returns the master: ink 0–1 of the text and its surroundings, and the x of each character's centre.

        `spare` is how many characters wide the margins may be together.
        """
        face = self.faces[rng.choice(len(self.faces), p=self.share)]
        atlas = face[rng.integers(len(face))]
        left = rng.uniform(0.3, np.clip(spare - 0.4, 0.35, 3.0))
        right = rng.uniform(0.3, np.clip(spare - left, 0.35, 3.0))
        left, right = int(left * CELL), int(right * CELL)
        cells = atlas[[INDEX[symbol] for symbol in text]]
        if rng.random() < 0.12 * hard:  # a printer with a wandering baseline
            cells = np.stack(
                [np.roll(cell, int(shift), 0) for cell, shift in zip(cells, rng.normal(0, 1.0, len(cells)))]
            )
        ink = np.zeros((MASTER_HEIGHT, left + right + CELL * len(text)), np.uint8)
        ink[:, left : left + CELL * len(text)] = cells.transpose(1, 0, 2).reshape(MASTER_HEIGHT, -1)
        if rng.random() < 0.25:  # the neighbouring line, close enough to be visible
            gap = int(rng.uniform(1.5, 2.4) * MASTER_CAP) * rng.choice([-1, 1])
            other = atlas[rng.integers(0, 37, len(text))].transpose(1, 0, 2).reshape(MASTER_HEIGHT, -1)
            other = np.roll(other, gap, 0)
            if gap > 0:
                other[: gap - 20] = 0
            else:
                other[gap + 20 :] = 0
            ink[:, left : left + CELL * len(text)] = np.maximum(ink[:, left : left + CELL * len(text)], other)
        ink = ink.astype(np.float32) / 255
        rows, columns = ink.shape
        if rng.random() < 0.35 * hard:  # thermal fading, worn print
            fade = 1 - np.clip(
                _smooth(rng, rows, columns, rng.integers(2, 6), rng.integers(4, 40)), 0, 1
            ) * rng.uniform(0.2, 0.8)
            ink *= fade
        if rng.random() < 0.25 * hard:  # pin holes and grain in the ink
            grain = _smooth(rng, rows, columns, rows // rng.integers(2, 6), columns // rng.integers(2, 6))
            ink *= np.clip(1.4 - np.clip(grain, 0, 2) * rng.uniform(0.3, 1.3), 0, 1)
        if rng.random() < 0.15 * hard:  # scratches and hairs
            for _ in range(rng.integers(1, 5)):
                a = (int(rng.integers(0, columns)), int(rng.integers(20, 108)))
                b = (int(a[0] + rng.normal(0, 120)), int(a[1] + rng.normal(0, 30)))
                cv2.line(ink, a, b, float(rng.choice([0.0, 0.0, 1.0])), int(rng.integers(1, 4)), cv2.LINE_AA)
        if rng.random() < 0.06 * hard:  # a perforated or embossed number, at another pitch
            self._perforate(rng, ink)
        middles = left + CELL * (np.arange(len(text)) + 0.5)
        return ink, middles, (left, left + CELL * len(text))

    def _perforate(self, rng, ink):
        """Draws characters of dots, light or dark, over the print."""
        rows, columns = ink.shape
        radius = int(rng.integers(1, 4))
        step = radius * rng.uniform(2.4, 4.0)
        luma = float(rng.choice([0.0, 0.0, 0.6, 1.0]))
        x, base = rng.uniform(0, columns * 0.6), rng.uniform(30, 60)
        shapes = rng.random((rng.integers(3, 10), 7, 4)) < 0.55
        for shape in shapes:
            for row, column in np.argwhere(shape):
                cv2.circle(ink, (int(x + column * step), int(base + (row - 3) * step)), radius, luma, -1, cv2.LINE_AA)
            x += step * 5.5

    def _beyond(self, rng, image, left, right):
        """Draws objects before and after the line: rules, edges, stamps, small print."""
        rows, columns = image.shape
        for start, end in ((0, left), (right, columns)):
            start, end = int(start), int(end)
            if end - start < 12 or rng.random() > 0.5:
                continue
            luma = float(rng.uniform(0, 255))
            kind = rng.integers(4)
            x = int(rng.integers(start, end))
            if kind == 0:
                cv2.line(image, (x, 0), (int(x + rng.normal(0, 8)), rows), luma, int(rng.integers(1, 6)), cv2.LINE_AA)
            elif kind == 1:
                image[:, x:end] = luma if start else image[:, x:end]
                image[:, start:x] = image[:, start:x] if start else luma
            elif kind == 2 and end - start > 20:
                size = rng.uniform(0.2, 0.5)
                word = "".join(chr(rng.integers(97, 123)) for _ in range(6))
                y = int(rng.integers(20, rows))
                part = image[:, start:end].clip(0, 255).astype(np.uint8)
                cv2.putText(part, word, (int(rng.integers(0, 12)), y), 0, size, luma, 1, cv2.LINE_AA)
                image[:, start:end] = part
            else:
                part = image[:, start:end].copy()
                centre = (int(rng.integers(-20, end - start + 20)), int(rng.integers(0, rows)))
                cv2.circle(part, centre, int(rng.integers(8, 60)), luma, int(rng.integers(1, 5)), cv2.LINE_AA)
                image[:, start:end] = part

    def _overprint(self, rng, image, dark):
        """Draws SPECIMEN, a stamp or a signature across the line."""
        rows, columns = image.shape
        layer = np.zeros((rows, columns), np.uint8)
        word = str(rng.choice(["SPECIMEN", "MUSTER", "SAMPLE", "VOID", "ANNULE", "KOPIE", "www.", "OBRAZEC"]))
        size = rng.uniform(1.5, 7)
        where = (int(rng.integers(-100, columns)), int(rng.integers(20, rows + 60)))
        cv2.putText(
            layer, word, where, int(rng.integers(0, 8)), size, 255, int(rng.integers(2, 2 + int(size * 3))), cv2.LINE_AA
        )
        angle = rng.choice([0, 0, rng.uniform(-60, 60)])
        if angle:
            turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1)
            layer = cv2.warpAffine(layer, turn, (columns, rows))
        share = layer.astype(np.float32) / 255 * rng.uniform(0.1, 0.55)
        target = dark + (image.max() - dark) * rng.uniform(0.0, 1.1)
        return image * (1 - share) + target * share

    def _paper(self, rng, rows, columns, hard):
        """Returns the luma of the unprinted document and of full ink."""
        paper = rng.uniform(95, 250)
        contrast = rng.uniform(0.45, 0.97) if rng.random() > 0.3 * hard else rng.uniform(0.2, 0.5)
        dark = paper * (1 - contrast)
        image = np.full((rows, columns), paper, np.float32)
        if rng.random() < 0.65:
            field = self.backgrounds[rng.integers(len(self.backgrounds))]
            y, x = rng.integers(0, field.shape[0] - rows), rng.integers(0, max(field.shape[1] - columns, 1))
            cut = field[y : y + rows, x : x + columns]
            if cut.shape[1] < columns:
                cut = cv2.resize(cut.astype(np.float32), (columns, rows))
            if rng.random() < 0.5:
                cut = cut[:, ::-1]
            image += cut * ((paper - dark) * rng.uniform(0.05, 0.55 * hard + 0.1) / 127)
        return image, dark

    def _edge(self, rng, image):
        """Draws the edge of the document: another surface above, below, left or right of the text."""
        rows, columns = image.shape
        luma = rng.uniform(5, 250)
        side = rng.integers(4)
        if side == 0:
            image[: BASE - int(rng.uniform(22, 40))] = luma
        elif side == 1:
            image[BASE + int(rng.uniform(22, 40)) :] = luma
        elif side == 2:
            image[:, : int(rng.uniform(2, 14))] = luma
        else:
            image[:, columns - int(rng.uniform(2, 14)) :] = luma

    def _light(self, rng, image, hard):
        rows, columns = image.shape
        if rng.random() < 0.5:
            image *= 1 + _smooth(rng, rows, columns, 2, rng.integers(2, 8)) * rng.uniform(0.05, 0.35)
        if rng.random() < 0.2 * hard:  # a hard shadow
            edge = rng.uniform(0, columns) + np.arange(rows, dtype=np.float32)[:, None] * rng.uniform(-2, 2)
            side = (np.arange(columns, dtype=np.float32)[None] - edge) * rng.choice([-1, 1]) / rng.uniform(1, 12)
            image *= 1 - np.clip(side + 0.5, 0, 1) * rng.uniform(0.2, 0.6)
        if rng.random() < 0.2 * hard:  # glare
            x = (np.arange(columns, dtype=np.float32) - rng.uniform(0, columns)) / (columns * rng.uniform(0.02, 0.25))
            y = (np.arange(rows, dtype=np.float32) - rng.uniform(0, rows)) / (rows * rng.uniform(0.2, 1.0))
            image += np.exp(-x * x)[None] * np.exp(-y * y)[:, None] * rng.uniform(30, 140)
        return image

    def _sensor(self, rng, image, pitch, hard):
        """Applies blur, noise, sharpening and JPEG to an image with `pitch` sensor px per character."""
        if rng.random() < 0.6:
            image = cv2.GaussianBlur(image, (0, 0), max(rng.uniform(0.02, 0.06 + 0.10 * hard) * pitch, 0.25))
        if rng.random() < 0.25 * hard:
            length = rng.uniform(0.1, 0.38) * pitch
            size = int(length / 2) * 2 + 3
            kernel = np.zeros((size, size), np.float32)
            angle = rng.uniform(0, np.pi)
            dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
            centre = size / 2 - 0.5
            a = (round((centre - dx) * 16), round((centre - dy) * 16))
            b = (round((centre + dx) * 16), round((centre + dy) * 16))
            cv2.line(kernel, a, b, 1.0, 1, cv2.LINE_8, 4)
            image = cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1e-3))
        rows, columns = image.shape
        if rng.random() < 0.7:
            sigma = rng.uniform(0.5, 4 + 9 * hard)
            y, x = rng.integers(0, 600 - min(rows, 590)), rng.integers(0, max(2200 - columns, 1))
            noise = self.noise[y : y + rows, x : x + columns].astype(np.float32)
            if noise.shape == image.shape:
                if rng.random() < 0.3:
                    noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * 2
                image = image + noise * (sigma / 32)
        if rng.random() < 0.2:
            image = image * 1.8 - cv2.GaussianBlur(image, (0, 0), 1.2) * 0.8
        image = np.clip(image, 0, 255).astype(np.uint8)
        if rng.random() < 0.65:
            quality = int(rng.uniform(25 if rng.random() < hard else 60, 96))
            image = cv2.imdecode(
                cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE
            )
        return image

    def draw(self, rng, width, hard=None):
        """Returns one line image: luma [HEIGHT, width], the class of each column (BLANK, IGNORED or an index), and
        its text.

        `hard` is how bad print and camera may be, 0–1; without it strips of every kind are drawn.
        """
        hard = rng.uniform(0.1, 1.0) if hard is None else hard
        pitch = rng.uniform(9.8, 14.6) if rng.random() < 0.5 else rng.normal(PITCH, 0.5)
        pitch = float(np.clip(pitch, 9.5, 15))
        cap = float(np.clip(rng.normal(CAP, 1.0), 12.5, 17.5))
        text = line(rng)
        room = int(width / pitch - rng.uniform(1.0, 4.0))
        start = 0 if len(text) <= room or rng.random() < 0.3 else rng.integers(0, len(text) - room + 1)
        text = text[start : start + room]
        ink, middles, ends = self._print(rng, text, width / pitch - len(text), hard)
        rows, columns = ink.shape
        paper, dark = self._paper(rng, rows, columns, hard)
        master = paper * (1 - ink) + np.minimum(dark, paper) * ink
        if rng.random() < 0.1:
            self._edge(rng, master)
        if rng.random() < 0.25:
            self._beyond(rng, master, ends[0] - 6, ends[1] + 6)
        if rng.random() < 0.12 * hard + 0.02:
            master = self._overprint(rng, master, dark)
        master = self._light(rng, master, hard)

        # Master to sensor: any resolution, slight rotation and perspective.
        low = rng.random() < 0.6 * hard
        small = rng.random() < 0.3 * hard  # as images on web pages: resampled, sharpened, compressed
        sensor_pitch = rng.uniform(4.6, 8) if small else rng.uniform(5.3, 11) if low else rng.uniform(9, 26)
        scale = sensor_pitch / CELL
        angle = np.deg2rad(rng.normal(0, 1.5))
        aspect = rng.uniform(0.9, 1.1)
        to_sensor = np.array(
            [
                [np.cos(angle) * aspect, -np.sin(angle), 0],
                [np.sin(angle), np.cos(angle), 0],
                [rng.normal(0, 0.06) / columns, 0, 1],
            ]
        )
        to_sensor = np.diag([scale, scale, 1.0]) @ to_sensor
        corners = _apply(to_sensor, np.array([[0, 20], [columns, 20], [columns, 108], [0, 108]], np.float64))
        low_corner = corners.min(0)
        size = np.ceil(corners.max(0) - low_corner).astype(int) + 1
        to_sensor = (
            np.array([[1, 0, -low_corner[0] + rng.random()], [0, 1, -low_corner[1] + rng.random()], [0, 0, 1]])
            @ to_sensor
        )
        if scale < 0.6:  # a sensor pixel integrates over its area
            master = cv2.GaussianBlur(master, (0, 0), rng.uniform(0.28, 0.42) / scale)
        flags = cv2.INTER_LINEAR
        sensor = cv2.warpPerspective(
            master, to_sensor, (int(size[0]), int(size[1])), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        sensor = self._sensor(rng, sensor, sensor_pitch, 0.25 * hard if small else hard)
        if small and rng.random() < 0.3:  # and enlarged again
            larger = rng.uniform(1.3, 3.0)
            sensor = cv2.resize(sensor, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC)
            larger = sensor.shape[1] / size[0], sensor.shape[0] / size[1]
            to_sensor = (
                np.array([[larger[0], 0, larger[0] / 2 - 0.5], [0, larger[1], larger[1] / 2 - 0.5], [0, 0, 1]])
                @ to_sensor
            )
            sensor_pitch *= larger[0]

        # Sensor to line image, through the position of the master in it.
        used = columns * pitch / CELL
        offset_x = (
            rng.uniform(0, max(width - used, 0))
            if rng.random() < 0.5
            else rng.uniform(0, min(12, max(width - used, 1)))
        )
        offset_y = np.clip(rng.normal(0, 1.2), -3, 3)
        slope = np.deg2rad(np.clip(rng.normal(0, 0.7), -2.5, 2.5))
        if abs(np.tan(slope)) * used / 2 + abs(offset_y) > 4:  # a line that would leave its image
            slope = np.arctan((4 - abs(offset_y)) / (used / 2)) * np.sign(slope)
        shear = np.clip(rng.normal(0, 0.05), -0.15, 0.15)
        sx, sy = pitch / CELL, cap / MASTER_CAP
        centre = columns / 2
        to_strip = np.array(
            [
                [sx, shear, offset_x - 0.5 - shear * BASE],
                [np.tan(slope) * sx, sy, (HEIGHT - 1) / 2 + offset_y - sy * BASE - np.tan(slope) * sx * centre],
                [rng.normal(0, 0.04) / columns, 0, 1],
            ]
        )
        back = to_sensor @ np.linalg.inv(to_strip)
        xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
        if rng.random() < 0.3:  # a curved page
            along = (np.arange(width, dtype=np.float32) - offset_x) / used
            ys = ys + (rng.uniform(-2.0, 2.0) * (along - 0.5) ** 2 * 4)[None] - 0
        bottom = back[2, 0] * xs + back[2, 1] * ys + back[2, 2]
        map_x = ((back[0, 0] * xs + back[0, 1] * ys + back[0, 2]) / bottom).astype(np.float32)
        map_y = ((back[1, 0] * xs + back[1, 1] * ys + back[1, 2]) / bottom).astype(np.float32)
        if sensor_pitch > 1.5 * pitch and rng.random() < 0.5:  # a rectifier that averages when it downsamples
            sensor = cv2.GaussianBlur(sensor, (0, 0), 0.35 * sensor_pitch / pitch)
        border = cv2.BORDER_REPLICATE if rng.random() < 0.8 else cv2.BORDER_CONSTANT
        strip = cv2.remap(
            sensor, map_x, map_y, cv2.INTER_LINEAR, borderMode=border, borderValue=float(rng.uniform(0, 255))
        )

        places = _apply(to_strip, np.stack([middles, np.full(len(middles), BASE)], 1))[:, 0]
        return strip, self._classes(text, places, pitch, width), text

    @staticmethod
    def _classes(text, places, pitch, width):
        columns = np.arange(0, width, STRIDE)
        classes = np.full(len(columns), BLANK, np.uint8)
        away = np.abs(columns[None] - places[:, None]) / pitch
        nearest = away.argmin(0)
        away = away.min(0)
        indices = np.array([INDEX[symbol] for symbol in text], np.uint8)
        classes[away < 0.34] = IGNORED
        near = away < 0.24
        classes[near] = indices[nearest[near]]
        return classes


def _apply(matrix, points):
    moved = np.concatenate([points, np.ones((len(points), 1))], 1) @ matrix.T
    return moved[:, :2] / moved[:, 2:]


def batch(strips, seed, count, width, hard=None):
    """Returns `count` line images of one seed: luma [count, HEIGHT, width], classes [count, width / STRIDE], texts."""
    rng = np.random.default_rng(seed)
    drawn = [strips.draw(rng, width, hard) for _ in range(count)]
    return np.stack([d[0] for d in drawn]), np.stack([d[1] for d in drawn]), [d[2] for d in drawn]


def sheet(path, seed=0, count=40, width=384, hard=None):
    """Writes a contact sheet of samples, to inspect before training."""
    luma, classes, texts = batch(Strips(), seed, count, width, hard)
    rows = []
    for strip, target, text in zip(luma, classes, texts):
        print(text)
        ruler = (
            np.where(target == BLANK, 255, np.where(target == IGNORED, 160, 0))
            .astype(np.uint8)
            .repeat(STRIDE)[None]
            .repeat(3, 0)
        )
        rows.append(np.concatenate([strip, ruler]))
    image = np.concatenate(rows)
    half = len(rows) // 2 * (HEIGHT + 3)
    image = np.concatenate([image[:half], image[half : 2 * half]], 1)
    cv2.imwrite(path, cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST))


if __name__ == "__main__":
    import sys

    sheet(sys.argv[1], seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
