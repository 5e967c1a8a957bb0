//! The package's TypeScript types of IDnGO, against the schemas of the Rust types: every field, whether it is always there, its
//! type, and every listed value. Fails on drift of either.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kyc_capture::api::idngo::applicant::*;
use kyc_capture::api::idngo::checks::*;
use kyc_capture::api::idngo::levels::*;
use kyc_capture::api::idngo::timeline::*;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::Value;

/// Names of fields, each with `?` where it may be absent, and their types.
type Fields = BTreeMap<String, String>;

/// What TypeScript says.
#[derive(Default)]
struct Declared {
    interfaces: BTreeMap<String, Fields>,
    /// Listed values of open enumerations.
    enumerations: BTreeMap<String, Vec<String>>,
}

impl Declared {
    /// Of a source with one field or type in a line.
    fn read(source: &str) -> Self {
        let mut declared = Self::default();
        let mut open: Option<(String, Fields)> = None;
        for line in source.lines() {
            if let Some(rest) = line.strip_prefix("export interface ") {
                let head = rest.trim_end_matches(" {");
                let (name, base) = head.split_once(" extends ").map_or((head, None), |(name, base)| (name, Some(base)));
                // The base stands above.
                let fields = base.map(|base| declared.interfaces[base].clone()).unwrap_or_default();
                open = Some((name.to_owned(), fields));
            } else if line == "}" {
                declared.interfaces.extend(open.take());
            } else if let Some((name, values)) =
                line.strip_prefix("export type ").and_then(|rest| rest.split_once(" = "))
            {
                let values = values.strip_suffix(" | (string & {});").expect("an open enumeration");
                let values = values.split(" | ").map(|value| value.trim_matches('"').to_owned());
                declared.enumerations.insert(name.to_owned(), values.collect());
            } else if let Some((_, fields)) = &mut open
                && let Some((name, kind)) = line.trim().strip_suffix(';').and_then(|field| field.rsplit_once(": "))
            {
                fields.insert(name.to_owned(), kind.to_owned());
            }
        }
        declared
    }
}

/// What Rust says, in the words of TypeScript.
#[derive(Default)]
struct Wire {
    interfaces: BTreeMap<String, Fields>,
    enumerations: BTreeMap<String, Vec<String>>,
}

impl Wire {
    fn add(&mut self, name: &str, schema: &Value) {
        if let Some(values) = schema.get("examples") {
            let values = values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned());
            self.enumerations.insert(name.to_owned(), values.collect());
            return;
        }
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = Fields::new();
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let kind = type_of(schema);
            // A field that may be left out is left out instead of null.
            match required.contains(field.as_str()) {
                true => fields.insert(field.clone(), kind),
                false => fields.insert(format!("{field}?"), kind.trim_end_matches(" | null").to_owned()),
            };
        }
        if schema["additionalProperties"] == true {
            fields.insert("[name: string]".to_owned(), "unknown".to_owned());
        }
        self.interfaces.insert(name.to_owned(), fields);
    }
}

fn type_of(schema: &Value) -> String {
    if let Some(of) = schema["$ref"].as_str() {
        return of.rsplit('/').next().unwrap().to_owned();
    }
    if let Some(either) = schema["anyOf"].as_array() {
        return either.iter().map(type_of).collect::<Vec<_>>().join(" | ");
    }
    let named = |name: &str| match name {
        "integer" | "number" => "number".to_owned(),
        "array" => format!("{}[]", type_of(&schema["items"])),
        "object" => "JsonObject".to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(named).collect::<Vec<_>>().join(" | "),
        _ => "unknown".to_owned(),
    }
}

/// All types of replies, and those that they are made of.
fn wire() -> Wire {
    let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut wire = Wire::default();
    let levels = serde_json::to_value(generator.root_schema_for::<LevelsReply>()).unwrap();
    macro_rules! replies {
        ($($name:ident),+) => { $(generator.subschema_for::<$name>();)+ };
    }
    replies!(
        Applicant,
        ApplicantInfo,
        SimilarApplicantsReply,
        SimilarCheck,
        TinCheck,
        LivenessCheck,
        Level,
        WebSdkLinkReply,
        StatusEmailReply,
        TimelineReply
    );
    for (name, schema) in generator.definitions() {
        // It stands for what is written, which is looked at below.
        if name != "LevelsReply" && name != "List" {
            wire.add(name, schema);
        }
    }
    // Written in one of the ways in which it is read.
    wire.add("LevelsReply", &levels["anyOf"][0]);
    let list = levels["$defs"]["List"].clone();
    wire.add("LevelList", &list);
    let list = wire.interfaces.get_mut("LevelsReply").unwrap().get_mut("list").unwrap();
    assert_eq!(list, "List");
    *list = "LevelList".to_owned();
    // TypeScript's is generic.
    let checks = serde_json::to_value(generator.root_schema_for::<ChecksReply<TinCheck>>()).unwrap();
    wire.add("ChecksReply<T>", &checks);
    let checks = wire.interfaces.get_mut("ChecksReply<T>").unwrap().get_mut("checks").unwrap();
    assert_eq!(checks, "TinCheck[]");
    *checks = "T[]".to_owned();
    wire
}

#[test]
fn types_of_the_package_are_those_of_the_wire() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/src/backend/types-idngo.ts");
    let declared = Declared::read(&fs::read_to_string(path).unwrap());
    let wire = wire();
    let names = |map: &BTreeMap<String, Fields>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&declared.interfaces), names(&wire.interfaces));
    let mut drift = Vec::new();
    for (name, fields) in &wire.interfaces {
        let ours = &declared.interfaces[name];
        for (field, kind) in fields {
            if ours.get(field) != Some(kind) {
                drift.push(format!("{name}: `{field}: {kind}` of Rust, {:?} of TypeScript", ours.get(field)));
            }
        }
        drift.extend(
            ours.keys().filter(|field| !fields.contains_key(*field)).map(|f| format!("{name}: Rust lacks `{f}`")),
        );
    }
    assert!(drift.is_empty(), "{}", drift.join("\n"));
    assert_eq!(declared.enumerations, wire.enumerations);
    assert!(wire.interfaces.len() >= 28 && wire.enumerations.len() >= 14);
}

#[test]
fn what_is_written_has_the_fields_of_the_schema() {
    let written = serde_json::to_value(LevelsReply::default()).unwrap();
    assert_eq!(written, serde_json::json!({ "list": { "items": [], "totalItems": 0 } }));
    let fields = &wire().interfaces["TinCheck"];
    let written = serde_json::to_value(TinCheck::default()).unwrap();
    assert!(written.as_object().unwrap().keys().eq(fields.keys()), "{written}: {fields:?}");
}
