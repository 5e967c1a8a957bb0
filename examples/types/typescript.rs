//! JSON Schema (draft 2020-12, as schemars writes it) → TypeScript declarations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde_json::{Map, Value};

const WIDTH: usize = 120;

/// One TypeScript file: declarations of Rust types, in the order in which they were added.
pub(crate) struct Module {
    /// Name of the file, without `.ts`.
    pub name: &'static str,
    /// What the file holds, for its first line.
    pub about: &'static str,
    /// Other modules of the same folder whose types may be referred to.
    pub imports: &'static [&'static str],
    written: SchemaGenerator,
    read: SchemaGenerator,
    declarations: Vec<Declaration>,
    aliases: Vec<String>,
    /// The type whose ranges are listed, and the constant's name.
    ranges: Option<(String, &'static str)>,
}

struct Declaration {
    name: String,
    contract: Contract,
    /// Fields in the order of the Rust type, as far as serde reports it.
    order: &'static [&'static str],
    /// The interface that has the flattened fields.
    base: Option<&'static str>,
    /// The array that has the values, for a set of codes that the package enumerates.
    constant: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Contract {
    Written,
    Read,
    /// As read, but `null` is refused unless the field has `x-nullable`; comments state default and range.
    Options,
}

impl Module {
    /// Returns a module without declarations.
    pub(crate) fn new(name: &'static str, about: &'static str, imports: &'static [&'static str]) -> Self {
        let settings = SchemaSettings::draft2020_12;
        Self {
            name,
            about,
            imports,
            written: settings().for_serialize().into_generator(),
            read: settings().into_generator(),
            declarations: Vec::new(),
            aliases: Vec::new(),
            ranges: None,
        }
    }

    /// Adds a type of the wire as serde writes it: replies, and requests as a client sends them. A field that is left
    /// out when it is `None` becomes optional and never null.
    pub(crate) fn wire<T: JsonSchema + DeserializeOwned>(self) -> Self {
        self.declare::<T>(Contract::Written, field_names::<T>())
    }

    /// Adds a type of the wire with flattened fields: those of `base`, which may be `Partial<…>`, are inherited.
    pub(crate) fn extending<T: JsonSchema + DeserializeOwned>(self, base: &'static str) -> Self {
        let mut module = self.wire::<T>();
        if let Some(last) = module.declarations.last_mut() {
            last.base = Some(base);
        }
        module
    }

    /// Adds a type that is only read: events, options. A field with a default becomes optional.
    pub(crate) fn read<T: JsonSchema + DeserializeOwned>(self) -> Self {
        self.declare::<T>(Contract::Read, field_names::<T>())
    }

    /// Adds a type of options and events: a field with a default becomes optional.
    pub(crate) fn options<T: JsonSchema + DeserializeOwned>(self) -> Self {
        self.declare::<T>(Contract::Options, field_names::<T>())
    }

    /// Adds a closed set of codes: the array `constant` of its values, and the union type.
    pub(crate) fn codes<T: JsonSchema>(self, constant: &'static str) -> Self {
        let mut module = self.written::<T>();
        if let Some(last) = module.declarations.last_mut() {
            last.constant = Some(constant);
        }
        module
    }

    /// Adds a type that is only written: views, reports.
    pub(crate) fn written<T: JsonSchema>(self) -> Self {
        self.declare::<T>(Contract::Written, &[])
    }

    fn declare<T: JsonSchema>(mut self, contract: Contract, order: &'static [&'static str]) -> Self {
        let generator = if contract == Contract::Written { &mut self.written } else { &mut self.read };
        generator.subschema_for::<T>();
        let name = T::schema_name().into_owned();
        self.declarations.push(Declaration { name, contract, order, base: None, constant: None });
        self
    }

    /// Adds the object `constant` with the accepted range of every field, by group; `T` must be declared, and its
    /// groups.
    pub(crate) fn ranges<T: JsonSchema>(mut self, constant: &'static str) -> Self {
        self.ranges = Some((T::schema_name().into_owned(), constant));
        self
    }

    fn print_ranges(&self, name: &str, constant: &str) -> Result<String, String> {
        let definitions = self.read.definitions();
        let order = |name: &str| self.declarations.iter().find(|one| one.name == name).map_or(&[][..], |one| one.order);
        let mut text = format!(
            "\n/** The accepted range of every field of {{@link {name}}}: minimum, maximum, and whether it is \
             whole. */\n\
             export const {constant} = {{\n"
        );
        for group in order(name) {
            let path = &definitions[name]["properties"][group]["$ref"];
            let owner = path.as_str().and_then(|path| path.rsplit('/').next()).ok_or("a group that is no type")?;
            let _ = writeln!(text, "  {group}: {{");
            for field in order(owner) {
                let schema = &definitions[owner]["properties"][field];
                let bound = |name: &str| schema[name].as_f64().ok_or_else(|| format!("{owner}.{field} has no {name}"));
                let whole = if schema["type"] == "integer" { ", \"integer\"" } else { "" };
                let _ = writeln!(text, "    {field}: [{}, {}{whole}],", bound("minimum")?, bound("maximum")?);
            }
            text.push_str("  },\n");
        }
        Ok(text + "} as const;\n")
    }

    /// Adds a declaration that no Rust type has.
    pub(crate) fn alias(mut self, declaration: &str) -> Self {
        self.aliases.push(declaration.to_owned());
        self
    }

    /// Returns the names that the module declares.
    pub(crate) fn declared(&self) -> BTreeSet<String> {
        let aliases = self.aliases.iter().filter_map(|text| {
            let (_, declaration) = text.split_once("export type ")?;
            Some(declaration.split_once(' ')?.0.to_owned())
        });
        self.declarations.iter().map(|one| one.name.clone()).chain(aliases).collect()
    }

    /// Returns the source text; `modules` are all modules, for references to types of other files.
    ///
    /// # Errors
    /// A sentence that names the type if one is referred to but declared nowhere, or if a schema has no TypeScript
    /// form.
    pub(crate) fn print(&self, modules: &[Self]) -> Result<String, String> {
        let mut references = BTreeSet::new();
        let mut body = String::new();
        for alias in &self.aliases {
            let _ = write!(body, "\n{alias}\n");
        }
        for Declaration { name, contract, order, base, constant } in &self.declarations {
            let generator = if *contract == Contract::Written { &self.written } else { &self.read };
            let schema = generator.definitions().get(name).ok_or_else(|| format!("{name} has no schema"))?;
            let mut printer = Printer { contract: *contract, order, references: BTreeSet::new() };
            let text = match (base, constant) {
                (_, Some(constant)) => codes(name, constant, schema),
                (Some(base), None) => {
                    let inherited = base.trim_start_matches("Partial<").trim_end_matches('>');
                    printer.references.insert(inherited.to_owned());
                    printer.declaration(
                        &format!("{name} extends {base}"),
                        &without(schema, &generator.definitions()[inherited]),
                    )
                }
                (None, None) => printer.declaration(name, schema),
            };
            body.push('\n');
            body.push_str(&text.map_err(|error| format!("{name}: {error}"))?);
            references.append(&mut printer.references);
        }
        if let Some((name, constant)) = &self.ranges {
            body.push_str(&self.print_ranges(name, constant)?);
        }
        let declared = self.declared();
        let mut imported: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for reference in references.into_iter().filter(|name| !declared.contains(name) && name != "T") {
            let owner = modules
                .iter()
                .filter(|module| self.imports.contains(&module.name))
                .find(|module| module.declared().contains(&reference))
                .ok_or_else(|| format!("{}.ts refers to `{reference}`, which no module declares", self.name))?;
            imported.entry(owner.name).or_default().push(reference);
        }
        let mut text = format!("// Generated from the Rust types by `cargo xtask types`.\n// {}\n", self.about);
        if !imported.is_empty() {
            text.push('\n');
        }
        for (module, names) in imported {
            let line = format!("import type {{ {} }} from \"./{module}.js\";", names.join(", "));
            if line.len() <= WIDTH {
                let _ = writeln!(text, "{line}");
            } else {
                let _ = writeln!(text, "import type {{\n  {},\n}} from \"./{module}.js\";", names.join(",\n  "));
            }
        }
        Ok(text + &body)
    }
}

/// Returns the names of a struct's fields in the order of their declaration; none for another type or one with
/// flattened fields. Schemas are sorted by name, so the order is asked of serde.
fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Probe<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Probe<'_> {
        type Error = serde_json::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("only the names are wanted"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names: &'static [&'static str] = &[];
    // It always fails: nothing is there to be read.
    let _ = T::deserialize(Probe(&mut names));
    names
}

/// A type parameter: `ChecksReply<T>` in Rust becomes `ChecksReply<T>` in TypeScript.
#[derive(Default, serde::Deserialize)]
pub(crate) struct T;

impl JsonSchema for T {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "T".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

/// The schema without the fields of `base`.
fn without(schema: &Value, base: &Value) -> Value {
    let mut own = schema.clone();
    if let (Some(fields), Some(inherited)) = (own["properties"].as_object_mut(), base["properties"].as_object()) {
        fields.retain(|name, _| !inherited.contains_key(name));
    }
    own
}

/// The array of a set's values, each with its comment, and the union type of them.
fn codes(name: &str, constant: &str, schema: &Value) -> Result<String, String> {
    let about = comment(schema, "");
    let mut text = format!("{about}export const {constant} = [\n");
    for one in schema["oneOf"].as_array().ok_or("no set of codes")? {
        let value = one.get("const").ok_or("a code without documentation")?;
        let _ = writeln!(text, "{}  {value},", comment(one, "  "));
    }
    let _ = writeln!(text, "] as const;\n{about}export type {name} = (typeof {constant})[number];");
    Ok(text)
}

/// One object with the fields of every alternative; those that an alternative lacks are optional.
fn merged(schema: &Value) -> Option<Value> {
    let alternatives = schema["anyOf"].as_array().filter(|all| all.iter().all(is_record))?;
    let mut properties = Map::new();
    for one in alternatives {
        properties.extend(one["properties"].as_object()?.clone());
    }
    let is_required = |name: &Value| {
        alternatives.iter().all(|one| one["required"].as_array().is_some_and(|required| required.contains(name)))
    };
    let required: Vec<Value> = properties.keys().cloned().map(Value::String).filter(is_required).collect();
    let mut merged = schema.clone();
    merged.as_object_mut()?.remove("anyOf");
    merged["type"] = "object".into();
    merged["properties"] = properties.into();
    merged["required"] = required.into();
    Some(merged)
}

/// The description with the range and the default of an option.
#[expect(clippy::cast_possible_truncation, reason = "prints an f32 as it was written")]
fn with_range_and_default(field: &Value) -> Value {
    let mut text = field["description"].as_str().unwrap_or_default().to_owned();
    if let (Some(min), Some(max)) = (field["minimum"].as_f64(), field["maximum"].as_f64()) {
        let whole = if field["type"] == "integer" { ", whole" } else { "" };
        let _ = write!(text, " Range {min}–{max}{whole}.");
    }
    match &field["default"] {
        // Defaults are `f32` for the most part: the shortest decimal that is the same value.
        Value::Number(number) => {
            let _ = write!(text, " Default {}.", number.as_f64().unwrap_or_default() as f32);
        }
        value @ (Value::Bool(_) | Value::String(_)) => {
            let _ = write!(text, " Default `{value}`.");
        }
        _ => {}
    }
    let mut field = field.clone();
    if !text.is_empty() {
        field["description"] = text.trim_start().into();
    }
    field
}

struct Printer {
    contract: Contract,
    order: &'static [&'static str],
    references: BTreeSet<String>,
}

impl Printer {
    fn declaration(&mut self, name: &str, schema: &Value) -> Result<String, String> {
        let merged = merged(schema);
        let schema = merged.as_ref().unwrap_or(schema);
        let mut text = comment(schema, "");
        if is_record(schema) {
            let body = self.object(schema, "")?;
            let parameter = if self.references.contains("T") { "<T>" } else { "" };
            let _ = writeln!(text, "export interface {name}{parameter} {body}");
            return Ok(text);
        }
        let variants = self.variants(schema, "    ")?;
        let line = format!("export type {name} = {};", variants.join(" | "));
        let documented =
            schema["oneOf"].as_array().is_some_and(|all| all.iter().any(|one| one["description"].is_string()));
        if line.len() <= WIDTH && !line.contains('\n') && !documented {
            let _ = writeln!(text, "{line}");
            return Ok(text);
        }
        let _ = write!(text, "export type {name} =");
        let alternatives = schema["oneOf"].as_array().filter(|all| all.len() == variants.len());
        for (i, variant) in variants.iter().enumerate() {
            let about = alternatives.map(|all| comment(&all[i], "  ")).unwrap_or_default();
            let _ = write!(text, "\n{about}  | {variant}");
        }
        text.push_str(";\n");
        Ok(text)
    }

    /// The members of the union that the schema is: one for a type that is no union.
    fn variants(&mut self, schema: &Value, indent: &str) -> Result<Vec<String>, String> {
        if let Some(all) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            let mut variants: Vec<String> = Vec::new();
            for one in all {
                for variant in self.variants(one, indent)? {
                    if !variants.contains(&variant) {
                        variants.push(variant);
                    }
                }
            }
            return Ok(variants);
        }
        if let Some(value) = schema.get("const") {
            return Ok(vec![value.to_string()]);
        }
        if let Some(values) = schema["enum"].as_array() {
            return Ok(values.iter().map(Value::to_string).collect());
        }
        // An open enumeration lists what is known; a newer server may send more.
        if let (Some("string"), Some(values)) = (schema["type"].as_str(), schema["examples"].as_array()) {
            let known = values.iter().map(Value::to_string);
            return Ok(known.chain(["(string & {})".to_owned()]).collect());
        }
        match &schema["type"] {
            Value::Array(types) => {
                let mut variants = Vec::new();
                for name in types {
                    let mut one = schema.clone();
                    one["type"] = name.clone();
                    variants.extend(self.variants(&one, indent)?);
                }
                Ok(variants)
            }
            _ => Ok(vec![self.single(schema, indent)?]),
        }
    }

    fn single(&mut self, schema: &Value, indent: &str) -> Result<String, String> {
        if let Some(name) = schema["x-typescript"].as_str() {
            self.references.insert(name.to_owned());
            return Ok(name.to_owned());
        }
        if let Some(path) = schema["$ref"].as_str() {
            let name = path.rsplit('/').next().unwrap_or(path);
            self.references.insert(name.to_owned());
            return Ok(name.to_owned());
        }
        if let Some([one]) = schema["allOf"].as_array().map(Vec::as_slice) {
            return self.single(one, indent);
        }
        match schema["type"].as_str() {
            Some("string") => Ok("string".to_owned()),
            Some("integer" | "number") => Ok("number".to_owned()),
            Some("boolean") => Ok("boolean".to_owned()),
            Some("null") => Ok("null".to_owned()),
            Some("array") => self.array(schema, indent),
            Some("object") if is_record(schema) => self.object(schema, indent),
            Some("object") => match schema.get("additionalProperties") {
                Some(values) if values.is_object() => {
                    Ok(format!("Record<string, {}>", self.variants(values, indent)?.join(" | ")))
                }
                _ => Ok("Record<string, unknown>".to_owned()),
            },
            Some(other) => Err(format!("the type `{other}` is unknown")),
            None => Ok("unknown".to_owned()),
        }
    }

    fn array(&mut self, schema: &Value, indent: &str) -> Result<String, String> {
        if let Some(items) = schema["prefixItems"].as_array() {
            let items: Result<Vec<_>, String> =
                items.iter().map(|item| Ok(self.variants(item, indent)?.join(" | "))).collect();
            return Ok(format!("[{}]", items?.join(", ")));
        }
        let variants = self.variants(&schema["items"], indent)?;
        let item = variants.join(" | ");
        match (schema["minItems"].as_u64(), schema["maxItems"].as_u64()) {
            (Some(least), Some(most)) if least == most && most <= 8 => {
                Ok(format!("[{}]", vec![item; usize::try_from(most).unwrap_or_default()].join(", ")))
            }
            _ if variants.len() > 1 => Ok(format!("({item})[]")),
            _ => Ok(format!("{item}[]")),
        }
    }

    fn object(&mut self, schema: &Value, indent: &str) -> Result<String, String> {
        let inner = format!("{indent}  ");
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let none = Map::new();
        let mut fields: Vec<(&String, &Value)> = schema["properties"].as_object().unwrap_or(&none).iter().collect();
        // The tag of a union first, then as declared: required fields are listed in that order.
        let place = |list: &[&str], name: &str| list.iter().position(|one| *one == name).unwrap_or(usize::MAX);
        fields.sort_by_key(|(name, field)| {
            (field.get("const").is_none(), place(self.order, name), place(&required, name))
        });
        let mut text = String::from("{\n");
        for (name, field) in fields {
            let optional = !required.contains(&name.as_str());
            let mut variants = self.variants(field, &inner)?;
            if optional && self.contract != Contract::Read && field["x-nullable"] != true {
                variants.retain(|variant| variant != "null");
            }
            let mark = if optional { "?" } else { "" };
            let about = if self.contract == Contract::Options { with_range_and_default(field) } else { field.clone() };
            text.push_str(&comment(&about, &inner));
            let line = format!("{inner}{name}{mark}: {};", variants.join(" | "));
            if line.len() <= WIDTH || line.contains('\n') || variants.len() == 1 {
                let _ = writeln!(text, "{line}");
            } else {
                let _ =
                    writeln!(text, "{inner}{name}{mark}:\n{inner}  | {};", variants.join(&format!("\n{inner}  | ")));
            }
        }
        if schema["additionalProperties"] == true {
            let _ = writeln!(text, "{inner}/** Fields that this list lacks. */\n{inner}[name: string]: unknown;");
        }
        let _ = write!(text, "{indent}}}");
        Ok(text)
    }
}

/// Whether the schema is an object with named fields.
fn is_record(schema: &Value) -> bool {
    schema["type"] == "object" && schema.get("properties").is_some()
}

/// The text with one line for each paragraph and each item of a list: where Rust's lines break means nothing.
fn joined(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        match lines.last_mut() {
            Some(last) if !last.is_empty() && !line.is_empty() && !line.starts_with(['-', '*', '|']) => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// The description as a JSDoc comment with its line feed, or nothing if there is none.
fn comment(schema: &Value, indent: &str) -> String {
    let Some(text) = schema["description"].as_str() else { return String::new() };
    // Links of rustdoc mean nothing to TypeScript.
    let text = text.replace("[`", "`").replace("`]", "`").replace("`None`", "`null`").replace("*/", "*\\/");
    let text = joined(&text);
    let line = format!("{indent}/** {text} */");
    if line.chars().count() <= WIDTH && !text.contains('\n') {
        return line + "\n";
    }
    let mut comment = format!("{indent}/**\n");
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && indent.len() + 3 + line.chars().count() + 1 + word.chars().count() > WIDTH {
                let _ = writeln!(comment, "{indent} * {line}");
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(comment, "{}", format!("{indent} * {line}").trim_end());
    }
    comment + indent + " */\n"
}
