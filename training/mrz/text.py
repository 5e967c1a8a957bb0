"""MRZ lines to draw: synthetic holders, every format of Doc 9303 parts 4 to 7, and random symbols.

Check digits are random on purpose: the network must recognise shapes, never compute check digits.
"""

import numpy as np

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
LETTERS, DIGITS = ALPHABET[:26], ALPHABET[26:36]
INDEX = {symbol: index for index, symbol in enumerate(ALPHABET)}

STATES = (
    "UTO D<< GBR FRA ITA ESP POL NLD BEL CHE AUT CZE SVK HUN ROU BGR GRC TUR RUS UKR BLR KAZ KGZ UZB TJK TKM AZE GEO "
    "ARM CHN IND JPN KOR TWN HKG SGP MYS IDN PHL VNM THA USA CAN MEX BRA ARG CHL COL PER VEN EGY MAR DZA TUN ZAF NGA "
    "KEN ETH GHA ISR IRN IRQ SAU ARE QAT KWT PAK BGD LKA NPL AUS NZL IRL ISL NOR SWE FIN DNK EST LVA LTU LUX MLT CYP "
    "PRT HRV SVN SRB BIH MKD ALB MDA MNG XXA XXB UNO GBD RKS EUE"
).split()
NAMES = (
    "ANNA MARIA IVAN SERGEI OLGA MUSTERMANN ERIKA SMITH JOHN JANE DOE MARTIN BERNARD DUBOIS PETIT ROSSI RUSSO FERRARI "
    "GARCIA FERNANDEZ GONZALEZ MULLER SCHMIDT SCHNEIDER FISCHER WEBER KOWALSKI NOWAK WOJCIK HANSEN JOHANSSON LARSEN "
    "OSULLIVAN MURPHY MCDONALD IVANOV PETROVA SMIRNOV KUZNETSOVA ABDULLAYEV NURSULTAN AIGERIM BEKZHAN AKHMETOV ZHANNA "
    "QUENTIN XAVIER YVES JACQUELINE WILLIAM KATHERINE ELIZABETH CHRISTOPHE FREDERIQUE WANG ZHANG LI CHEN KIM PARK "
    "NGUYEN TRAN SUZUKI TANAKA SINGH KUMAR PATEL KHAN HUSSAIN MOHAMMED FATIMA YUSUF OZTURK YILMAZ DE LA VAN DER VON "
    "JOSE JUAN BJORK THORVALDSSON EVA ZOE JOAO SILVA OLIVEIRA POPESCU IONESCU HORVATH NAGY SZABO NOVAK DVORAK HAJEK"
).split()


def _pick(rng, symbols, count):
    return "".join(symbols[i] for i in rng.integers(0, len(symbols), count))


def _name(rng):
    if rng.random() < 0.5:
        return NAMES[rng.integers(len(NAMES))]
    return _pick(rng, LETTERS, int(rng.integers(2, 12)))


def _names(rng):
    surname = "<".join(_name(rng) for _ in range(rng.choice([1, 1, 1, 2])))
    given = "<".join(_name(rng) for _ in range(rng.choice([0, 1, 1, 2, 2, 3])))
    return surname + ("<<" + given if given else "")


def _fit(text, width):
    return text[:width].ljust(width, "<")


def _date(rng):
    if rng.random() < 0.03:
        return _pick(rng, DIGITS, 2) + "<<<<"
    return f"{rng.integers(100):02}{rng.integers(1, 13):02}{rng.integers(1, 32):02}"


def _state(rng):
    return STATES[rng.integers(len(STATES))].ljust(3, "<")


def _number(rng, width=9):
    kind = rng.random()
    if kind < 0.4:
        text = _pick(rng, LETTERS, int(rng.integers(1, 4))) + _pick(rng, DIGITS, int(rng.integers(4, 8)))
    elif kind < 0.7:
        text = _pick(rng, DIGITS, int(rng.integers(6, 10)))
    else:
        text = _pick(rng, LETTERS + DIGITS, int(rng.integers(6, 10)))
    return _fit(text, width)


def _optional(rng, width):
    kind = rng.random()
    if kind < 0.5:
        return "<" * width
    symbols = DIGITS if kind < 0.75 else LETTERS + DIGITS
    return _fit(_pick(rng, symbols, int(rng.integers(1, width + 1))), width)


def _digit(rng):
    return DIGITS[rng.integers(10)]


def _data(rng, optional, numbers_first=True):
    sex = "MF<"[rng.integers(3)]
    tail = _date(rng) + _digit(rng) + sex + _date(rng) + _digit(rng)
    if not numbers_first:
        return tail + _state(rng) + _optional(rng, optional) + _digit(rng)
    check = "<" if rng.random() < 0.05 else _digit(rng)
    return _number(rng) + check + _state(rng) + tail + _optional(rng, optional) + _digit(rng)


def structured(rng):
    """Returns one line of a random format."""
    second = "<" if rng.random() < 0.6 else LETTERS[rng.integers(26)]
    kind = rng.integers(9)
    if kind in (0, 1):
        return _fit("P" + second + _state(rng) + _names(rng), 44)
    if kind == 2:
        return _data(rng, 15)
    if kind == 3:
        return _fit("IAC"[rng.integers(3)] + second + _state(rng) + _number(rng) + _digit(rng) + _optional(rng, 15), 30)
    if kind == 4:
        return _data(rng, 11, numbers_first=False)
    if kind == 5:
        return _fit(_names(rng), 30)
    if kind == 6:
        return _fit("IVAC"[rng.integers(4)] + second + _state(rng) + _names(rng), 36)
    if kind == 7:
        return _data(rng, 7)
    if rng.random() < 0.5:
        return _fit("IDFRA" + _name(rng), 30) + _pick(rng, DIGITS, 6)
    return (
        _fit(_pick(rng, DIGITS, 12) + _digit(rng) + _names(rng), 27)
        + _date(rng)
        + _digit(rng)
        + "MF"[rng.integers(2)]
        + _digit(rng)
    )


CONFUSABLES = ("O0DQ", "I1LTJ", "S5", "B8R3", "Z27", "G6C", "UVY", "MNHW", "EF<K", "A4", "P9F", "X<K")


def noise(rng):
    """Returns 44 random symbols: uniform, from groups of OCR confusables, or mostly fillers."""
    kind = rng.random()
    if kind < 0.5:
        return _pick(rng, ALPHABET, 44)
    if kind < 0.8:
        return "".join(_pick(rng, CONFUSABLES[rng.integers(len(CONFUSABLES))], 2) for _ in range(22))
    text = np.where(rng.random(44) < 0.8, "<", list(_pick(rng, ALPHABET, 44)))
    return "".join(text)


def line(rng):
    """Returns a line to draw; three in four have the structure of a real one."""
    return structured(rng) if rng.random() < 0.75 else noise(rng)
