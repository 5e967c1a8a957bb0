//! What the vendors' texts say of each operation, read from `docs/operations.json`: names, routes, who may call, fields
//! of requests and replies with their types, and the documented errors.

use std::sync::LazyLock;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// The 73 documented operations, in the order of the texts.
pub static VENDOR_SPECS: LazyLock<Vec<VendorSpec>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../docs/operations.json"))
        .expect("docs/operations.json is as described here")
});

/// The token endpoint: no text has it, RFC 6749 does.
pub static TOKEN: LazyLock<VendorSpec> = LazyLock::new(|| {
    let fields = [
        ("grant_type", "string: client_credentials"),
        ("client_id", "string"),
        ("client_secret", "string"),
        ("scope", "string"),
    ];
    let reply = [("access_token", "string"), ("token_type", "string"), ("expires_in", "integer")];
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    VendorSpec {
        id: "oauth2_token".to_owned(),
        group: "OAuth 2".to_owned(),
        name: "token".to_owned(),
        summary: "An access token by client credentials (RFC 6749 section 4.4). \
        With `scope=session:<session_id>` it is bound \
                  to one session: the token for a browser."
            .to_owned(),
        method: "POST".to_owned(),
        path: "/oauth2/token".to_owned(),
        authorization: Vec::new(),
        path_parameters: Part::default(),
        query_parameters: Part::default(),
        request: Some(Part {
            media: "application/x-www-form-urlencoded".to_owned(),
            fields: map(&fields),
            required: vec!["grant_type".to_owned()],
        }),
        reply: Part { media: "application/json".to_owned(), fields: map(&reply), required: Vec::new() },
        errors: vec![
            VendorError { status: Some(400), text: Some("invalid_request".to_owned()), when: None },
            VendorError { status: Some(401), text: Some("invalid_client".to_owned()), when: None },
        ],
        failure_reasons: Vec::new(),
    }
});

/// One documented operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorSpec {
    /// The stable name: that of the route tables, where there is one.
    pub id: String,
    /// The group of the text.
    pub group: String,
    /// The name in the text.
    pub name: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// HTTP method.
    pub method: String,
    /// Path; `{name}` is a parameter.
    pub path: String,
    /// `oauth2`, `X-Client-Id`, `api_key` (in the body) or `HMAC`; empty where everybody may call.
    pub authorization: Vec<String>,
    /// Parameters in the path.
    #[serde(default)]
    pub path_parameters: Part,
    /// Parameters in the query.
    #[serde(default)]
    pub query_parameters: Part,
    /// The body of the request.
    pub request: Option<Part>,
    /// The body of the reply to a success.
    pub reply: Part,
    /// The documented refusals.
    pub errors: Vec<VendorError>,
    /// Documented reasons in a reply that says no (GBDFL).
    #[serde(default)]
    pub failure_reasons: Vec<Value>,
}

/// A body, or the parameters at one place.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Media type; `file` for whatever kind of file is stored.
    #[serde(default)]
    pub media: String,
    /// Field and type, in the order of the text. Fields of objects are joined by `.`, elements of arrays are marked
    /// `[]`.
    #[serde(default, deserialize_with = "in_order")]
    pub fields: Vec<(String, String)>,
    /// Fields that must be there.
    #[serde(default)]
    pub required: Vec<String>,
}

/// A documented refusal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorError {
    /// HTTP status; none where the text only says that there is an error.
    pub status: Option<u16>,
    /// The documented text.
    pub text: Option<String>,
    /// In which case, where the text reports no other.
    pub when: Option<String>,
}

impl Part {
    /// Name, type, and whether it is required.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.fields
            .iter()
            .map(|(name, kind)| (name.as_str(), kind.as_str(), self.required.iter().any(|required| required == name)))
    }
}

/// The fields of an object in their order, which a map would lose.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Fields;

    impl<'de> Visitor<'de> for Fields {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of fields and their types")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = Vec::new();
            while let Some(field) = map.next_entry()? {
                fields.push(field);
            }
            Ok(fields)
        }
    }

    deserializer.deserialize_map(Fields)
}

/// The JSON schema of a documented type, as it is written in `docs/operations.json`.
pub fn schema_of_type(kind: &str) -> Value {
    if let Some((kind, values)) = kind.split_once(": ") {
        let values: Vec<&str> = values.split(" | ").collect();
        let mut schema = schema_of_type(kind);
        schema["enum"] = json!(values);
        return schema;
    }
    match kind {
        "string" => json!({ "type": "string" }),
        "non-empty string" => json!({ "type": "string", "minLength": 1 }),
        "string or null" => json!({ "type": ["string", "null"] }),
        "file" => json!({ "type": "string", "format": "binary" }),
        "integer" => json!({ "type": "integer" }),
        "number" => json!({ "type": "number" }),
        "boolean" => json!({ "type": "boolean" }),
        "object" => json!({ "type": "object" }),
        "date" => json!({ "type": "string", "format": "date" }),
        "date-time" => json!({ "type": "string", "format": "date-time" }),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_73_of_them_as_the_texts_count() {
        let of = |group: &str| VENDOR_SPECS.iter().filter(|o| o.group == group).count();
        let groups = [
            ("KYC Utility", 9),
            ("KYC IDV SDK", 9),
            ("KYC IDV", 15),
            ("KYC IDA", 7),
            ("KYC IDA SDK", 4),
            ("KYC Identity", 6),
            ("KYC Webhook", 3),
            ("Persons", 4),
            ("GBDFL", 1),
            ("MRZ", 1),
            ("IDnGO", 14),
        ];
        for (group, count) in groups {
            assert_eq!(of(group), count, "{group}");
        }
        assert_eq!(VENDOR_SPECS.len(), 73);
        let ids: HashSet<_> = VENDOR_SPECS.iter().map(|o| &o.id).collect();
        assert_eq!(ids.len(), 73);
        for o in VENDOR_SPECS.iter() {
            assert_eq!(o.path.matches('{').count(), o.path_parameters.fields.len(), "{}", o.id);
        }
    }
}
