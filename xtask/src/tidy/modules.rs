//! The modules of a Rust crate and the paths by which they name each other.
//!
//! Reads `mod`, `use` and item declarations from tokens; it expands no macro and knows no types. Test modules are left
//! out.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::lex::{Language, code_only, line_of};
use crate::sh::Result;

/// One file naming something of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub from: PathBuf,
    pub to: PathBuf,
    pub line: usize,
    pub name: String,
}

type ModulePath = Vec<String>;

#[derive(Default)]
struct Module {
    file: PathBuf,
    items: HashSet<String>,
    /// Names bound by `use` at the module's top level, with the path they abbreviate.
    imports: HashMap<String, ModulePath>,
    globs: Vec<ModulePath>,
    /// Every path that the module's code names, with its line.
    named: Vec<(ModulePath, usize)>,
}

/// A crate: its modules by their paths, the root being the empty path.
pub(super) struct Crate {
    modules: HashMap<ModulePath, Module>,
}

impl Crate {
    /// Reads the crate whose root module is `root_file`.
    ///
    /// # Errors
    /// Returns an error if a module's file is missing or cannot be read.
    pub(super) fn read(root_file: &Path) -> Result<Self> {
        let mut found = Self { modules: HashMap::new() };
        let folder = root_file.parent().ok_or("a crate root without a folder")?;
        found.read_file(root_file, Vec::new(), folder)?;
        Ok(found)
    }

    /// Returns the edges between files: one for each path of one module that another file's module resolves.
    pub(super) fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (path, module) in &self.modules {
            for (named, line) in &module.named {
                if let Some(target) = self.resolve(path, named, 0)
                    && target != module.file
                {
                    edges.push(Edge { from: module.file.clone(), to: target, line: *line, name: named.join("::") });
                }
            }
        }
        edges
    }

    /// Returns the files of all modules.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.modules.values().map(|module| module.file.clone()).collect()
    }

    /// Returns the first name of every path that a file names: a crate, if it is none of this crate's own.
    pub(super) fn first_names(&self) -> Vec<(PathBuf, &str)> {
        let names = self.modules.values().flat_map(|module| {
            module.named.iter().filter_map(|(path, _)| Some((module.file.clone(), path.first()?.as_str())))
        });
        names.collect()
    }

    fn read_file(&mut self, file: &Path, path: ModulePath, folder: &Path) -> Result<()> {
        let source = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let code = code_only(&source, Language::Rust);
        let tokens = tokens(&code);
        let mut reader = Reader { owner: self, file, source: &source, tokens: &tokens, at: 0 };
        reader.module(path, folder)
    }

    /// Returns the file of the module that defines what `named` means inside `module`; `None` if that is another
    /// crate's.
    fn resolve(&self, module: &[String], named: &[String], depth: usize) -> Option<PathBuf> {
        if depth > 16 {
            return None;
        }
        let mut at: ModulePath = module.to_vec();
        let mut rest = named;
        let anchored = matches!(rest.first()?.as_str(), "crate" | "self" | "super");
        loop {
            match rest.first().map(String::as_str) {
                Some("crate") => at.clear(),
                Some("self") => {}
                Some("super") => {
                    at.pop()?;
                }
                _ => break,
            }
            rest = &rest[1..];
        }
        if !anchored && !self.declares(&at, rest.first()?) {
            return None;
        }
        for (i, name) in rest.iter().enumerate() {
            let mut child = at.clone();
            child.push(name.clone());
            if self.modules.contains_key(&child) {
                at = child;
                continue;
            }
            let here = self.modules.get(&at)?;
            if here.items.contains(name) {
                return Some(here.file.clone());
            }
            if let Some(import) = here.imports.get(name).filter(|import| import.as_slice() != named) {
                let full: ModulePath = import.iter().chain(&rest[i + 1..]).cloned().collect();
                return self.resolve(&at, &full, depth + 1);
            }
            for glob in &here.globs {
                let full: ModulePath = glob.iter().chain(&rest[i..]).cloned().collect();
                if self.defines(&at, &full, depth + 1) {
                    return self.resolve(&at, &full, depth + 1);
                }
            }
            return Some(here.file.clone());
        }
        Some(self.modules.get(&at)?.file.clone())
    }

    fn declares(&self, module: &[String], name: &String) -> bool {
        let child: ModulePath = module.iter().chain([name]).cloned().collect();
        self.modules.contains_key(&child) || self.modules.get(module).is_some_and(|m| m.imports.contains_key(name))
    }

    /// Returns whether the last name of a path is an item, an import or a module of the module before it.
    fn defines(&self, module: &[String], path: &[String], depth: usize) -> bool {
        let Some((last, parent)) = path.split_last().filter(|_| depth < 16) else { return false };
        let mut at = module.to_vec();
        for (i, name) in parent.iter().enumerate() {
            match name.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => {
                    at.pop();
                }
                _ if i == 0 && !self.declares(&at, name) => return false,
                _ => at.push(name.clone()),
            }
        }
        self.modules.get(&at).is_some_and(|m| m.items.contains(last) || m.imports.contains_key(last))
    }
}

struct Token<'a> {
    text: &'a str,
    offset: usize,
}

/// Words, `::`, and single other characters.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let word = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let len = match bytes[at] {
            _ if word > 0 => word,
            b':' if bytes.get(at + 1) == Some(&b':') => 2,
            b if b.is_ascii() => 1,
            _ => code[at..].chars().next().map_or(1, char::len_utf8),
        };
        if !bytes[at].is_ascii_whitespace() {
            found.push(Token { text: &code[at..at + len], offset: at });
        }
        at += len;
    }
    found
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

struct Reader<'a> {
    owner: &'a mut Crate,
    file: &'a Path,
    source: &'a str,
    tokens: &'a [Token<'a>],
    at: usize,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |t| t.text)
    }

    /// Reads a module's body: to its closing brace, or to the end of the file.
    fn module(&mut self, path: ModulePath, folder: &Path) -> Result<()> {
        let mut module = Module { file: self.file.to_path_buf(), ..Module::default() };
        let mut depth = 0;
        // Attributes of the item that follows.
        let (mut test_only, mut exported) = (false, false);
        while self.at < self.tokens.len() {
            let begins_item = depth == 0;
            match self.text(0) {
                "#" if self.text(1) == "[" || self.text(2) == "[" => {
                    let attribute = self.attribute();
                    test_only |= attribute == "cfg(test)" || attribute.starts_with("cfg(all(test,");
                    exported |= attribute == "macro_export";
                    continue;
                }
                "mod" if is_word(self.text(1)) && matches!(self.text(2), ";" | "{") => {
                    let child: ModulePath = path.iter().cloned().chain([self.text(1).to_string()]).collect();
                    let inline = self.text(2) == "{";
                    self.at += 3;
                    match (inline, test_only) {
                        (true, true) => self.skip_block(),
                        (true, false) => {
                            let below = folder.join(child.last().map_or("", String::as_str));
                            self.module(child, &below)?;
                        }
                        (false, true) => {}
                        (false, false) => self.child_file(child, folder)?,
                    }
                    (test_only, exported) = (false, false);
                    continue;
                }
                "use" if !test_only => {
                    self.at += 1;
                    self.use_tree(&Vec::new(), &mut module, begins_item);
                    (test_only, exported) = (false, false);
                    continue;
                }
                "macro_rules" if begins_item => {
                    let name = self.text(2).to_string();
                    if exported {
                        let full: ModulePath =
                            ["crate".to_string()].into_iter().chain(path.clone()).chain([name.clone()]).collect();
                        self.owner.modules.entry(Vec::new()).or_default().imports.insert(name.clone(), full);
                    }
                    module.items.insert(name);
                    self.at += 3;
                    (test_only, exported) = (false, false);
                    continue;
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union"
                    if begins_item && is_word(self.text(1)) =>
                {
                    module.items.insert(self.text(1).to_string());
                    self.at += 1;
                }
                "{" if test_only && begins_item => {
                    self.at += 1;
                    self.skip_block();
                    (test_only, exported) = (false, false);
                    continue;
                }
                "{" | "(" | "[" => {
                    depth += 1;
                    self.at += 1;
                }
                "}" if depth == 0 => {
                    self.at += 1;
                    break;
                }
                ")" | "]" => {
                    depth -= 1;
                    self.at += 1;
                }
                "}" | ";" => {
                    depth -= i32::from(self.text(0) == "}");
                    self.at += 1;
                    if depth == 0 {
                        (test_only, exported) = (false, false);
                    }
                }
                // A path in `pub(in …)` gives access and takes nothing.
                "in" if self.at > 0 && self.tokens[self.at - 1].text == "(" => {
                    while self.at < self.tokens.len() && self.text(0) != ")" {
                        self.at += 1;
                    }
                }
                word if is_word(word) && self.text(1) == "::" && is_word(self.text(2)) => self.inline_path(&mut module),
                _ => self.at += 1,
            }
        }
        let known = self.owner.modules.entry(path).or_default();
        module.imports.extend(std::mem::take(&mut known.imports));
        *known = module;
        Ok(())
    }

    fn child_file(&mut self, path: ModulePath, folder: &Path) -> Result<()> {
        let name = path.last().ok_or("a module without a name")?;
        let flat = folder.join(format!("{name}.rs"));
        let below = folder.join(name);
        let file = if flat.is_file() { flat } else { below.join("mod.rs") };
        self.owner.read_file(&file, path, &below)
    }

    /// Reads `#[…]` and returns its text without spaces.
    fn attribute(&mut self) -> String {
        self.at += if self.text(1) == "[" { 2 } else { 3 };
        let (mut depth, mut text) = (1, String::new());
        while self.at < self.tokens.len() {
            match self.text(0) {
                "[" => depth += 1,
                "]" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += 1;
                break;
            }
            let token = self.text(0).to_string();
            text.push_str(&token);
            self.at += 1;
        }
        text
    }

    fn skip_block(&mut self) {
        let mut depth = 1;
        while self.at < self.tokens.len() && depth > 0 {
            match self.text(0) {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reads one tree of a `use` declaration, to its end.
    fn use_tree(&mut self, prefix: &ModulePath, module: &mut Module, bind: bool) {
        let mut path = prefix.clone();
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while self.at < self.tokens.len() && self.text(0) != "}" {
                        self.use_tree(&path, module, bind);
                        if self.text(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => {
                    self.name(module, path.clone());
                    if bind {
                        module.globs.push(path);
                    }
                    self.at += 1;
                    return;
                }
                "self" if !path.is_empty() => self.at += 1,
                word if is_word(word) && word != "as" => {
                    path.push(word.to_string());
                    self.at += 1;
                }
                _ => break,
            }
        }
        let mut bound = path.last().cloned();
        if self.text(0) == "as" {
            bound = Some(self.text(1).to_string());
            self.at += 2;
        }
        self.name(module, path.clone());
        if let Some(bound) = bound.filter(|_| bind) {
            module.imports.insert(bound, path);
        }
    }

    fn inline_path(&mut self, module: &mut Module) {
        let mut path = vec![self.text(0).to_string()];
        while self.text(1) == "::" && is_word(self.text(2)) {
            path.push(self.text(2).to_string());
            self.at += 2;
        }
        self.at += 1;
        self.name(module, path);
    }

    fn name(&self, module: &mut Module, path: ModulePath) {
        let offset = self.tokens.get(self.at.saturating_sub(1)).map_or(0, |t| t.offset);
        module.named.push((path, line_of(self.source, offset)));
    }
}
