//! Screening a name against a list.
//!
//! A name may stand in a document as its bearer's state transliterates it, and on the list in another alphabet or by
//! another transliteration. Both are brought to one form ([`normalise`]): Latin letters without marks (Doc 9303-3
//! section 6 names the usual substitutes), with the spellings folded together that only distinguish transliterations
//! (`KH`/`H`, `YA`/`IA`, `W`/`V`, `UE`/`U`, doubled letters …). Then the words are compared by the number of edits
//! between them.

pub mod sanctions;

use sanctions::{Listed, SANCTIONED};

/// Least similarity of two words that count as the same: one edit in five letters. Below it, unlike short words meet.
pub const WORD_SIMILARITY: f64 = 0.8;

/// Whether somebody of that name is on the list.
pub fn is_sanctioned(family: &str, given: &str) -> bool {
    meets_sanctioned(family, given, WORD_SIMILARITY)
}

/// The same, where two words count as the same from another least similarity on, 0–1.
pub fn meets_sanctioned(family: &str, given: &str, least: f64) -> bool {
    let words = words_of(&format!("{family} {given}"));
    SANCTIONED.iter().any(|listed| matches(listed, &words, least))
}

/// Returns whether a name is one printed on specimens, not a holder's: one of its words means "specimen".
pub fn is_suspicious(name: &str) -> bool {
    // As issuers print them on what they show: English, German, French, Spanish, Russian, and the holder of German
    // specimens.
    const WORDS: &[&str] =
        &["SPECIMEN", "SAMPLE", "VOID", "FACSIMILE", "MUSTERMANN", "MUSTER", "ESPECIMEN", "MUESTRA", "OBRAZETS"];
    words_of(name).iter().any(|word| WORDS.iter().any(|suspicious| normalise(suspicious) == *word))
}

/// A listed person is met when every family name and at least one given name has its own word in the name, in any
/// order: documents drop further given names, and swap the two parts.
fn matches(listed: &Listed, words: &[String], least: f64) -> bool {
    let family = words_of(listed.family);
    words_of(listed.given).into_iter().any(|given| {
        let mut wanted = family.clone();
        wanted.push(given);
        have_partners(&wanted, words, least, &mut vec![false; words.len()])
    })
}

/// Whether each wanted word finds a similar word of its own among those not taken yet.
fn have_partners(wanted: &[String], words: &[String], least: f64, taken: &mut Vec<bool>) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    (0..words.len()).any(|i| {
        if taken[i] || similarity(first, &words[i]) < least {
            return false;
        }
        taken[i] = true;
        let found = have_partners(rest, words, least, taken);
        taken[i] = false;
        found
    })
}

/// Maximum number of words of a name that are examined; an MRZ holds at most 20.
const MAX_WORDS: usize = 24;

fn words_of(name: &str) -> Vec<String> {
    let separated = name.split(|c: char| c.is_whitespace() || matches!(c, '<' | '-' | ',' | '.'));
    separated.map(normalise).filter(|w| !w.is_empty()).take(MAX_WORDS).collect()
}

/// One minus the share of letters that differ: 1 for equal words, 0 for words with nothing in common.
pub fn similarity(a: &str, b: &str) -> f64 {
    let longest = a.len().max(b.len());
    if longest == 0 { 1.0 } else { 1.0 - edits(a.as_bytes(), b.as_bytes()) as f64 / longest as f64 }
}

/// Least number of letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// The comparable form of one word: `A`–`Z` only.
pub fn normalise(word: &str) -> String {
    let mut latin = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_uppercase) {
        match c {
            'A'..='Z' => latin.push(c),
            _ => latin.push_str(latin_of(c)),
        }
    }
    let folded = FOLDS.iter().fold(latin, |text, (from, to)| text.replace(from, to));
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// Spellings that only distinguish transliterations, longest first where one contains another.
const FOLDS: &[(&str, &str)] = &[
    ("SHCH", "S"),
    ("SCH", "S"),
    ("SH", "S"),
    ("TCH", "C"),
    ("CH", "C"),
    ("CZ", "C"),
    ("TS", "C"),
    ("TZ", "C"),
    ("KH", "H"),
    ("GH", "G"),
    ("ZH", "Z"),
    ("PH", "F"),
    ("TH", "T"),
    ("CK", "K"),
    ("X", "KS"),
    ("Q", "K"),
    ("W", "V"),
    ("Y", "I"),
    ("J", "I"),
    ("AE", "A"),
    ("OE", "O"),
    ("UE", "U"),
    ("IE", "E"),
];

/// Latin letters for one that is none of `A`–`Z`; nothing for marks and what is no letter.
fn latin_of(c: char) -> &'static str {
    match c {
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā' | 'Ă' | 'Ą' | 'А' | 'Ә' => "A",
        'Æ' => "AE",
        'Б' => "B",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'Ч' => "CH",
        'Ð' | 'Ď' | 'Đ' | 'Д' => "D",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' | 'Е' | 'Ё' | 'Э' | 'Є' => "E",
        'Ф' => "F",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' | 'Г' | 'Ғ' | 'Ґ' => "G",
        'Ĥ' | 'Ħ' | 'Х' | 'Һ' | 'Ҳ' => "H",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'И' | 'Й' | 'І' | 'Ї' | 'Ы' => "I",
        'Ĵ' | 'Ј' => "J",
        'Ķ' | 'К' | 'Қ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' | 'Л' => "L",
        'М' => "M",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' | 'Н' | 'Ң' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' | 'О' | 'Ө' => "O",
        'Œ' => "OE",
        'П' => "P",
        'Ŕ' | 'Ŗ' | 'Ř' | 'Р' => "R",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' | 'С' => "S",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'ß' | 'ẞ' => "SS",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Т' => "T",
        'Þ' => "TH",
        'Ц' => "TS",
        'Ù' | 'Ú' | 'Û' | 'Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' | 'У' | 'Ұ' | 'Ү' | 'Ў' => "U",
        'В' => "V",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'Ю' => "IU",
        'Я' => "IA",
        'Ź' | 'Ż' | 'Ž' | 'З' => "Z",
        'Ж' => "ZH",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_screened() {
        let table = [
            // As listed, in upper case as an MRZ has it, swapped, with a letter wrong.
            ("VORKHALEVSKIY", "ZDROBISLAV", true),
            ("ZDROBISLAV", "VORKHALEVSKIY", true),
            ("VORHALEVSKII", "ZDROBISLAW", true),
            ("VORKHALEVSKYI", "ZDROBISLAV PETAR", true),
            // Other alphabets and transliterations.
            ("QARATORGAIULY", "BORIBATYR", true),
            ("KARATORGHAYULY", "BORIBATIR", true),
            ("OEHMUENSTER<STRASSFELD", "GUERLINDE", true),
            ("OHMUNSTER STRASFELD", "GURLINDE", true),
            ("SHCHEBNEDROVKIN", "EFSTAFIAN", true),
            ("QUINTANEGRA PIEDRAFRIA", "INIGO", true),
            // A further given name may be missing; the first, or the family name, may not be another.
            ("BLACKTHORNE", "OBADIAH", true),
            ("BLACKTHORNE", "", false),
            ("BLACKTHORNE", "EMMA", false),
            ("WHITETHORNE", "OBADIAH", false),
            ("OEHMUENSTER", "GUERLINDE", false),
            // No one on the list.
            ("ERIKSSON", "ANNA MARIA", false),
            ("MUSTERMANN", "ERIKA", false),
            ("", "", false),
        ];
        for (family, given, expected) in table {
            assert_eq!(is_sanctioned(family, given), expected, "{family} / {given}");
        }
    }

    #[test]
    fn words_of_specimens_are_told() {
        for (name, suspicious) in [
            ("SPECIMEN", true),
            ("ANNA SPÉCIMEN", true),
            ("MUSTERMANN ERIKA", true),
            ("ERIKSSON ANNA", false),
            ("", false),
        ] {
            assert_eq!(is_suspicious(name), suspicious, "{name}");
        }
    }

    #[test]
    fn every_listed_name_meets_itself() {
        for listed in SANCTIONED {
            assert!(is_sanctioned(listed.family, listed.given), "{}", listed.family);
            assert!(
                words_of(listed.family).iter().all(|w| w.len() > 3),
                "short words meet too many: {}",
                listed.family
            );
        }
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, expected) in
            [("", "", 0), ("A", "", 1), ("ANNA", "ANAN", 1), ("KITTEN", "SITTING", 3), ("AB", "BA", 1)]
        {
            assert_eq!(edits(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
        }
    }
}
