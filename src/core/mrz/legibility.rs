//! Whether a text is legible as an MRZ although its check digits do not prove it: by the pixels (every symbol is
//! certain) and by the layout of the format (digits, letters, states and fillers where they belong).

use super::check_digit;
use super::confusables::is_placeholder;
use super::countries;
use super::format::{CharKind, CheckRule, Field, FieldName, Format, Span};

/// Evidence of a symbol that its field does not allow, nats.
const MISPLACED: f32 = -3.0;
/// Evidence of a listed state, nats: of 17,576 codes about 260 are listed.
const LISTED_STATE: f32 = 4.2;
/// Evidence of a nationality that equals the issuing state, nats.
const SAME_STATE: f32 = 4.0;
/// Evidence of a valid check digit, nats: one of ten is.
const VALID_DIGIT: f32 = 2.3;
/// Evidence of a name field that consists of a primary identifier, two fillers, a secondary one and fillers, nats.
const WELL_FORMED_NAME: f32 = 2.0;

/// Returns how much better the layout of a format explains lines than any text does, nats.
///
/// Placeholders, as specimens have them (a date of fillers or of one letter), say nothing.
pub(super) fn layout_evidence(format: Format, lines: &[Vec<u8>]) -> f32 {
    let fields: f32 = format.fields().iter().map(|field| field_evidence(format, field, lines)).sum();
    let digits = format.check_rules().iter().filter(|rule| holds(rule, lines)).count() as f32;
    let [issuing, nationality] =
        [FieldName::IssuingState, FieldName::Nationality].map(|name| state(format, name, lines));
    let listed = [issuing, nationality].into_iter().flatten().count() as f32;
    let same = if issuing.is_some() && issuing == nationality { SAME_STATE } else { 0.0 };
    fields + digits * VALID_DIGIT + listed * LISTED_STATE + same
}

/// Returns the code of a state that is listed.
fn state(format: Format, name: FieldName, lines: &[Vec<u8>]) -> Option<&'static str> {
    let symbols = symbols(lines, format.span(name)?);
    let code = std::str::from_utf8(symbols).ok()?.trim_end_matches('<');
    countries::codes().find(|known| *known == code)
}

fn field_evidence(format: Format, field: &Field, lines: &[Vec<u8>]) -> f32 {
    let symbols = symbols(lines, field.span);
    match field.name {
        FieldName::Names | FieldName::PrimaryName | FieldName::SecondaryName => {
            let misplaced = symbols.iter().filter(|&&symbol| !field.kind.allows(symbol)).count() as f32;
            misplaced * MISPLACED + if is_well_formed(symbols) { WELL_FORMED_NAME } else { 0.0 }
        }
        FieldName::BirthDate | FieldName::ExpiryDate | FieldName::IssueDate if is_placeholder(symbols) => 0.0,
        _ if field.kind == CharKind::CheckDigit && symbols == b"<" && covers_no_digit(format, field.span, lines) => 0.0,
        _ => symbols
            .iter()
            .map(|&symbol| {
                let fits = field.kind.allows(symbol) || (field.kind == CharKind::Sex && symbol == b'X');
                if fits { (ALPHABET_SIZE / size(field.kind)).ln() } else { MISPLACED }
            })
            .sum(),
    }
}

const ALPHABET_SIZE: f32 = 37.0;

/// Returns the number of symbols of a class.
const fn size(kind: CharKind) -> f32 {
    match kind {
        CharKind::Letter => 26.0,
        CharKind::Alpha => 27.0,
        CharKind::Digit | CharKind::CheckDigit => 10.0,
        CharKind::DigitOrFiller | CharKind::OptionalCheckDigit => 11.0,
        CharKind::Alnum => ALPHABET_SIZE,
        CharKind::Sex => 4.0,
        CharKind::Filler => 1.0,
    }
}

fn symbols(lines: &[Vec<u8>], span: Span) -> &[u8] {
    lines.get(span.line).and_then(|line| line.get(span.start..span.end)).unwrap_or_default()
}

fn is_well_formed(name: &[u8]) -> bool {
    let end = name.iter().rposition(|&symbol| symbol != b'<').map_or(0, |last| last + 1);
    let name = &name[..end];
    let parts = name.windows(2).filter(|pair| *pair == b"<<").count();
    name.first().is_some_and(u8::is_ascii_uppercase) && parts == 1
}

fn covered<'a>(rule: &'a CheckRule, lines: &'a [Vec<u8>]) -> impl Iterator<Item = u8> + 'a {
    rule.covers.iter().flat_map(|span| symbols(lines, *span).iter().copied())
}

fn holds(rule: &CheckRule, lines: &[Vec<u8>]) -> bool {
    let printed = lines.get(rule.line).and_then(|line| line.get(rule.column));
    let empty = covered(rule, lines).all(|symbol| symbol == b'<');
    !empty && printed.copied() == check_digit::compute_iter(covered(rule, lines))
}

fn covers_no_digit(format: Format, digit: Span, lines: &[Vec<u8>]) -> bool {
    let rule = format.check_rules().iter().find(|rule| (rule.line, rule.column) == (digit.line, digit.start));
    rule.is_some_and(|rule| covered(rule, lines).all(|symbol| !symbol.is_ascii_digit()))
}
