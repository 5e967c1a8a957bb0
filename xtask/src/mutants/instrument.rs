//! Writes every change of a file into the file itself, each behind a number: one build then has all of them, and the
//! environment chooses one at run time (mutant schemata; Untch, Offutt and Harrold, 1993).

use std::ops::Range;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprBinary, ExprLit, ExprMethodCall, ExprUnary, Lit, ReturnType, Signature, Type, UnOp};

use crate::sh::Result;

/// The module that an instrumented crate gets at its root.
pub(super) const SWITCH: &str = r#"
#[doc(hidden)]
#[allow(missing_docs, unreachable_pub)]
pub mod mutation_switch {
    use std::sync::atomic::{AtomicU32, Ordering};
    static CHOSEN: AtomicU32 = AtomicU32::new(u32::MAX);
    #[inline]
    pub fn on(number: u32) -> bool {
        let chosen = CHOSEN.load(Ordering::Relaxed);
        if chosen == u32::MAX { first() == number } else { chosen == number }
    }
    #[cold]
    fn first() -> u32 {
        let chosen = std::env::var("KYC_MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(u32::MAX - 1);
        CHOSEN.store(chosen, Ordering::Relaxed);
        chosen
    }
}
"#;

/// What asks for the change of a number.
pub(super) const ASKS: &str = "crate::mutation_switch::on(";

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mutant {
    pub file: PathBuf,
    pub line: usize,
    /// What is changed, and into what.
    pub change: String,
    /// Bytes of the expression, or of the place in a function's body at which it returns at once.
    range: Range<usize>,
    /// The changed text.
    variant: String,
}

/// All changes of a file, tests left out, in the order of the text.
///
/// # Errors
/// Returns an error if the file is no Rust.
pub(super) fn mutants_of(source: &str, file: &Path) -> Result<Vec<Mutant>> {
    let parsed = syn::parse_file(source).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut finder = Finder { source, file, found: Vec::new() };
    finder.visit_file(&parsed);
    let mut found = finder.found;
    found.sort_by_key(|m| (m.range.start, m.range.end));
    Ok(found)
}

/// The source with the given changes in it; each has its number.
pub(super) fn instrumented(source: &str, mutants: &[(u32, &Mutant)]) -> String {
    // What is written at a byte: ends before starts, inner ends first, outer starts first.
    let mut insertions: Vec<(usize, u8, usize, String)> = Vec::new();
    for (number, mutant) in mutants {
        let Range { start, end } = mutant.range;
        if start == end {
            insertions.push((start, 1, 0, format!(" if {ASKS}{number}) {{ {} }} ", mutant.variant)));
            continue;
        }
        let length = end - start;
        insertions.push((
            start,
            2,
            usize::MAX - length,
            format!("(if {ASKS}{number}) {{ {} }} else {{ ", mutant.variant),
        ));
        insertions.push((end, 0, length, " })".into()));
    }
    insertions.sort();
    let mut text = String::with_capacity(source.len() * 2);
    let mut at = 0;
    for (place, _, _, insertion) in insertions {
        text.push_str(&source[at..place]);
        text.push_str(&insertion);
        at = place;
    }
    text.push_str(&source[at..]);
    text
}

struct Finder<'a> {
    source: &'a str,
    file: &'a Path,
    found: Vec<Mutant>,
}

impl Finder<'_> {
    /// The text of an expression on one line; `None` if a comment is in it.
    fn text(&self, range: Range<usize>) -> Option<String> {
        let text = self.source.get(range)?;
        (!text.contains("//")).then(|| text.split('\n').map(str::trim).collect::<Vec<_>>().join(" "))
    }

    fn add(&mut self, spanned: &impl Spanned, change: String, variant: String) {
        let span = spanned.span();
        self.found.push(Mutant {
            file: self.file.to_owned(),
            line: span.start().line,
            change,
            range: span.byte_range(),
            variant,
        });
    }

    fn returns_at_once(&mut self, signature: &Signature, body: &Block) {
        let results: &[&str] = match &signature.output {
            ReturnType::Default => &["()"],
            ReturnType::Type(_, kind) => match returned(kind).as_deref() {
                Some("bool") => &["true", "false"],
                Some("Option") => &["None"],
                _ => &[],
            },
        };
        // An empty body ends at once by itself.
        if body.stmts.is_empty() {
            return;
        }
        let start = body.brace_token.span.open().byte_range().end;
        for result in results {
            self.found.push(Mutant {
                file: self.file.to_owned(),
                line: signature.ident.span().start().line,
                change: format!("`{}` returns {result} at once", signature.ident),
                range: start..start,
                variant: format!("return {result};"),
            });
        }
    }
}

/// Last name of a path's type.
fn returned(kind: &Type) -> Option<String> {
    match kind {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("test") || a.path().is_ident("cfg"))
}

/// Whether an operand of `&&` holds a `let`, which is no expression of its own.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// What an operator becomes.
fn changed(op: &BinOp) -> Option<(&'static str, &'static str)> {
    Some(match op {
        BinOp::Eq(_) => ("==", "!="),
        BinOp::Ne(_) => ("!=", "=="),
        BinOp::Lt(_) => ("<", "<="),
        BinOp::Le(_) => ("<=", "<"),
        BinOp::Gt(_) => (">", ">="),
        BinOp::Ge(_) => (">=", ">"),
        BinOp::And(_) => ("&&", "||"),
        BinOp::Or(_) => ("||", "&&"),
        BinOp::Add(_) => ("+", "-"),
        BinOp::Sub(_) => ("-", "+"),
        BinOp::Mul(_) => ("*", "/"),
        BinOp::Div(_) => ("/", "*"),
        BinOp::Rem(_) => ("%", "+"),
        BinOp::AddAssign(_) => ("+=", "-="),
        BinOp::SubAssign(_) => ("-=", "+="),
        BinOp::MulAssign(_) => ("*=", "/="),
        BinOp::DivAssign(_) => ("/=", "*="),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if item.sig.constness.is_none() && !is_test(&item.attrs) {
            self.returns_at_once(&item.sig, &item.block);
            visit::visit_block(self, &item.block);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if item.sig.constness.is_none() && !is_test(&item.attrs) {
            self.returns_at_once(&item.sig, &item.block);
            visit::visit_block(self, &item.block);
        }
    }

    // Where only constants may stand, nothing can be chosen at run time.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let chain =
            matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) && (has_let(&binary.left) || has_let(&binary.right));
        if let (Some((from, to)), false) = (changed(&binary.op), chain) {
            let operands = (self.text(binary.left.span().byte_range()), self.text(binary.right.span().byte_range()));
            if let (Some(left), Some(right)) = operands {
                // A place that is assigned to has no parentheses.
                let left = if is_assignment(&binary.op) { left } else { format!("({left})") };
                self.add(binary, format!("`{from}` → `{to}`"), format!("{left} {to} ({right})"));
            }
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast ExprUnary) {
        if let (UnOp::Not(_), Some(operand)) = (unary.op, self.text(unary.expr.span().byte_range())) {
            self.add(unary, "`!` left out".into(), operand);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_lit(&mut self, literal: &'ast ExprLit) {
        if let Lit::Bool(value) = &literal.lit {
            self.add(literal, format!("`{}` → `{}`", value.value, !value.value), (!value.value).to_string());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let to = match call.method.to_string().as_str() {
            "is_some" => Some("is_none"),
            "is_none" => Some("is_some"),
            "is_ok" => Some("is_err"),
            "is_err" => Some("is_ok"),
            "min" => Some("max"),
            "max" => Some("min"),
            "any" => Some("all"),
            "all" => Some("any"),
            _ => None,
        };
        let (all, name) = (call.span().byte_range(), call.method.span().byte_range());
        if let (Some(to), Some(before), Some(after)) =
            (to, self.text(all.start..name.start), self.text(name.end..all.end))
        {
            self.add(call, format!("`{}` → `{to}`", call.method), format!("{before}{to}{after}"));
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn is_assignment(op: &BinOp) -> bool {
    matches!(op, BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "const N: usize = 2 + 1;\nfn f(a: i32, o: Option<u8>) -> bool {\n    // a == b\n    \
                          let t = [0; 1 + 1];\n    if let Some(1) = o && a != 7 { return true; }\n    \
                          a < 3 && \" == \".len() == t.len()\n}\n\
                          #[cfg(test)]\nmod tests { fn t() { 1 == 1 } }\n";

    fn shown(source: &str) -> Vec<(usize, String)> {
        let mutants = mutants_of(source, Path::new("a.rs")).unwrap();
        mutants.into_iter().map(|m| (m.line, m.change.replace('`', ""))).collect()
    }

    #[test]
    fn changes_decisions_and_neither_constants_nor_comments_nor_texts_nor_tests() {
        let found = shown(SOURCE);
        let found: Vec<(usize, &str)> = found.iter().map(|(line, change)| (*line, change.as_str())).collect();
        let wanted = [
            (2, "f returns true at once"),
            (2, "f returns false at once"),
            (5, "!= → =="),
            (5, "true → false"),
            (6, "< → <="),
            (6, "&& → ||"),
            (6, "== → !="),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn every_change_is_in_the_text_behind_its_number() {
        let source = "fn f(a: i32, b: i32) -> i32 { let mut c = a + b * 2; c -= a.min(b); c }";
        let mutants = mutants_of(source, Path::new("a.rs")).unwrap();
        let numbered: Vec<(u32, &Mutant)> = (10..).zip(&mutants).collect();
        let text = instrumented(source, &numbered);
        assert!(syn::parse_file(&text).is_ok(), "{text}");
        let inner = "(if crate::mutation_switch::on(11) { (b) / (2) } else { b * 2 })";
        let outer = format!("(if crate::mutation_switch::on(10) {{ (a) - (b * 2) }} else {{ a + {inner} }})");
        assert!(text.contains(&outer), "{text}");
        assert!(text.contains("{ c += (a.min(b)) } else { c -= (if"), "{text}");
        assert_eq!(text.matches(ASKS).count(), mutants.len());
    }

    #[test]
    fn what_is_no_rust_is_refused_with_its_file() {
        assert!(mutants_of("fn (", Path::new("b.rs")).unwrap_err().to_string().contains("b.rs"));
    }
}
