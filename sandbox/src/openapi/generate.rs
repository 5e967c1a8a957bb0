//! `GET /openapi.json`: OpenAPI 3.1, from the table of operations and the wire types.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::errors::ErrorReply;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::base_url::{BASE_URL, with_base_url};
use super::document::{Part, VendorSpec, schema_of_type};
use super::table::{self, OPERATION_SPECS, OperationSpec, Reply, SchemaOf, vendor_spec};

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
static TEXT: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());

/// `GET /openapi.json`
pub async fn serve(headers: HeaderMap) -> Response {
    ([(CONTENT_TYPE, "application/json")], with_base_url(&TEXT, &headers)).into_response()
}

/// Writes schemas: of what is read, or of what is written.
struct Writer {
    read: SchemaGenerator,
    written: SchemaGenerator,
    components: Map<String, Value>,
}

impl Writer {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|s| {
                s.inline_subschemas = true;
                s.meta_schema = None;
            })
        };
        let read = settings().into_generator();
        Self { read, written: settings().for_serialize().into_generator(), components: Map::new() }
    }

    fn request(&mut self, name: &str, schema: SchemaOf) -> Value {
        let schema = schema(&mut self.read);
        self.component(format!("{name}Request"), schema.into())
    }

    fn reply(&mut self, name: &str, schema: SchemaOf) -> Value {
        let schema = schema(&mut self.written);
        self.component(format!("{name}Reply"), schema.into())
    }

    /// Refusals share their types: one component for each.
    fn refusal(&mut self, schema: SchemaOf) -> Value {
        let schema: Value = schema(&mut self.written).into();
        let name = schema["title"].as_str().unwrap_or("Refusal").to_owned();
        self.component(name, schema)
    }

    fn component(&mut self, name: String, mut schema: Value) -> Value {
        if let Some(object) = schema.as_object_mut() {
            object.remove("$schema");
            object.remove("title");
            // A comment on the type speaks of Rust; the operation has its own words.
            object.remove("description");
        }
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.components.insert(name, schema);
        reference
    }
}

fn document() -> Value {
    let mut writer = Writer::new();
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<Value> = Vec::new();
    for served in OPERATION_SPECS {
        let documented = vendor_spec(served);
        let tag = json!({ "name": documented.group });
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        let operation = operation(&mut writer, served, documented);
        let path = paths.entry(documented.path.clone()).or_insert_with(|| json!({}));
        let method = documented.method.to_ascii_lowercase();
        match path.get_mut(&method) {
            Some(earlier) => join(earlier, operation),
            None => path[method.as_str()] = operation,
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "kyc-sandbox",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A self-hosted server of five documented identity verification APIs, \
             for development and tests: \
                            KYC API 2.10.15, Persons, GBDFL, MRZ, and IDnGO's additional requests.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": writer.components,
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": { "clientCredentials": { "tokenUrl": format!("{BASE_URL}/oauth2/token"), "scopes": {} } },
                },
                "appToken": { "type": "apiKey", "in": "header", "name": "X-App-Token" },
                "appTime": {
                    "type": "apiKey", "in": "header", "name": "X-App-Access-Ts",
                    "description": "Unix seconds, within a minute of the server's clock.",
                },
                "appSignature": {
                    "type": "apiKey", "in": "header", "name": "X-App-Access-Sig",
                    "description": "Lower-case hex HMAC-SHA256 under the secret key of: time, \
                     method, path with query, raw body.",
                },
            },
        },
    })
}

fn operation(writer: &mut Writer, served: &OperationSpec, d: &VendorSpec) -> Value {
    let name = pascal(&d.id);
    let has = |scheme: &str| d.authorization.iter().any(|a| a == scheme);
    let mut operation = json!({
        "operationId": d.id,
        "tags": [d.group],
        "summary": d.name,
        "description": d.summary,
        "parameters": parameters(d, has("X-Client-Id")),
        "security": [],
    });
    if has("oauth2") {
        operation["security"] = json!([{ "oauth2": [] }]);
    } else if has("HMAC") {
        operation["security"] = json!([{ "appToken": [], "appTime": [], "appSignature": [] }]);
    }
    if let Some(request) = &d.request {
        let schema = match served.request {
            Some(schema) => writer.request(&name, schema),
            None => parts_schema(request),
        };
        operation["requestBody"] =
            json!({ "required": true, "content": { request.media.as_str(): { "schema": schema } } });
    }
    let mut responses = Map::new();
    let content = match &served.reply {
        Reply::Json(schema) => json!({ "application/json": { "schema": writer.reply(&name, *schema) } }),
        Reply::File(kinds) => {
            kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": {} }))).collect::<Map<_, _>>().into()
        }
    };
    responses.insert("200".to_owned(), json!({ "description": "Success.", "content": content }));
    for status in served.refusals {
        let refusal = json!({ "application/json": { "schema": writer.refusal(served.refusal) } });
        responses.insert(status.to_string(), json!({ "description": meaning(d, *status), "content": refusal }));
    }
    // There may be more to do than can be done at once.
    if !served.refusals.is_empty() && !responses.contains_key("503") {
        let refusal = json!({ "application/json": { "schema": writer.refusal(table::of::<ErrorReply>) } });
        responses.insert("503".to_owned(), json!({ "description": meaning(d, 503), "content": refusal }));
    }
    operation["responses"] = responses.into();
    operation
}

fn parameters(d: &VendorSpec, client_id: bool) -> Vec<Value> {
    let mut all = Vec::new();
    if client_id {
        all.push(json!({
            "name": "X-Client-Id", "in": "header", "required": true, "schema": { "type": "string" },
            "description": "The client of the access token.",
        }));
    }
    for (place, part) in [("path", &d.path_parameters), ("query", &d.query_parameters)] {
        all.extend(part.rows().map(|(name, kind, required)| {
            json!({ "name": name, "in": place, "required": required, "schema": schema_of_type(kind) })
        }));
    }
    all
}

/// The schema of a multipart body, or of a raw one.
fn parts_schema(request: &Part) -> Value {
    if request.fields.is_empty() {
        return json!({});
    }
    let properties: Map<_, _> = request.rows().map(|(name, kind, _)| (name.to_owned(), schema_of_type(kind))).collect();
    json!({ "type": "object", "properties": properties, "required": request.required })
}

/// What a status says, with the documented texts.
fn meaning(d: &VendorSpec, status: u16) -> String {
    let texts: Vec<_> = d
        .errors
        .iter()
        .filter(|e| e.status == Some(status))
        .filter_map(|e| e.text.as_deref().or(e.when.as_deref()))
        .collect();
    if !texts.is_empty() {
        return texts.join("; ");
    }
    match status {
        400 => "A field is missing or not of its type.",
        401 => "The caller is not known, or the token has ended.",
        403 => "The caller may not do this, or consent is not recorded.",
        404 => "There is no such thing for this caller.",
        409 => "The state of the session or thing does not allow it.",
        413 => "The body is too large.",
        415 => "The body is of another media type.",
        422 => "An image or another value cannot be used.",
        429 => "Too many requests: `Retry-After` says how long to wait.",
        503 => {
            "Busy (`Retry-After` says how long to wait), or not available: \
             the database does not answer, a model is missing."
        }
        _ => "An error.",
    }
    .to_owned()
}

/// Operations that share method and path, distinguished by a query parameter: one operation to OpenAPI.
fn join(earlier: &mut Value, later: Value) {
    let reference = later["responses"]["200"]["content"]["application/json"]["schema"].clone();
    let schema = &mut earlier["responses"]["200"]["content"]["application/json"]["schema"];
    match schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        Some(list) => list.push(reference),
        None => *schema = json!({ "anyOf": [schema.take(), reference] }),
    }
    for key in ["summary", "description"] {
        earlier[key] = [&earlier[key], &later[key]].map(|v| v.as_str().unwrap_or_default()).join(" · ").into();
    }
    let Some(parameters) = earlier["parameters"].as_array_mut() else { return };
    for other in later["parameters"].as_array().into_iter().flatten() {
        let Some(mine) = parameters.iter_mut().find(|p| p["name"] == other["name"]) else {
            parameters.push(other.clone());
            continue;
        };
        // Examined before it is asked for: asking would leave a `null` where there is none.
        let values = mine["schema"].get_mut("enum").and_then(Value::as_array_mut);
        if let (Some(values), Some(more)) = (values, other["schema"]["enum"].as_array()) {
            values.extend(more.iter().cloned());
        }
    }
}

/// `idv_session_read` → `IdvSessionRead`.
pub fn pascal(id: &str) -> String {
    id.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}
