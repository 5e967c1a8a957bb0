//! The examiner: sends what the text says, and holds the reply against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use kyc_sandbox::openapi::document::{Part, VENDOR_SPECS, VendorSpec};
use serde_json::{Value, json};

use crate::support::{CLIENT, Http, Reply, Server, http};

/// Documented fields that this server always returns as null, with the reason.
const NEVER_KNOWN: &[(&str, &str, &str)] = &[
    ("user_id", "*", "a client has no users of its own here, but for those that it names in weights and requirements"),
    ("dmv_detected_at", "*", "no register is connected"),
    ("ip_latitude", "*", "no database locates addresses"),
    ("ip_longitude", "*", "no database locates addresses"),
    ("ip_country", "*", "no database locates addresses"),
    ("ip_region", "*", "no database locates addresses"),
    ("ip_city", "*", "no database locates addresses"),
    ("device_country_", "*", "no map names the place of a position"),
    ("device_admin_area", "*", "no map names the place of a position"),
    ("device_sub_admin_area", "*", "no map names the place of a position"),
    ("device_locality", "*", "no map names the place of a position"),
    ("checks[].extractedDoc[].subStreet", "idngo_check_tin", "the register has none"),
    ("dmv_", "idv_session_test_read", "no register is connected"),
    ("doc_front_suspicious_words", "idv_session_test_read", "plain print is not read"),
    ("doc_back_suspicious_words", "idv_session_test_read", "plain print is not read"),
    ("doc_front_online_duplication", "idv_session_test_read", "nothing but the own store is searched"),
    ("doc_back_online_duplication", "idv_session_test_read", "nothing but the own store is searched"),
    ("failure_reason", "mrz_retrieve", "a failure is a refusal, with the documented text"),
];

/// Results of an operation.
#[derive(Default)]
struct State {
    answered: bool,
    sent: BTreeSet<String>,
    known: BTreeSet<String>,
    missing: BTreeSet<String>,
    errors: BTreeSet<usize>,
    reasons: BTreeSet<usize>,
    problems: Vec<String>,
}

/// The examiner of one server.
pub(super) struct Suite<'a> {
    pub server: &'a Server,
    /// A backend of the usual client, which names it as well.
    pub http: Http,
    states: BTreeMap<&'static str, State>,
}

pub(super) fn vendor_spec(id: &str) -> &'static VendorSpec {
    VENDOR_SPECS.iter().find(|d| d.id == id).unwrap_or_else(|| panic!("no text has `{id}`"))
}

impl<'a> Suite<'a> {
    pub(super) fn new(server: &'a Server) -> Self {
        let states = VENDOR_SPECS.iter().map(|d| (d.id.as_str(), State::default())).collect();
        Self { server, http: server.backend(), states }
    }

    pub(super) fn state_problem(&mut self, id: &str, problem: impl Into<String>) {
        if let Some(state) = self.states.get_mut(id) {
            state.problems.push(problem.into());
        }
    }

    pub(super) fn sent(&mut self, id: &str, fields: impl IntoIterator<Item = String>) {
        if let Some(state) = self.states.get_mut(id) {
            state.sent.extend(fields);
        }
    }

    /// A JSON call with the documented request.
    pub(super) fn json(&mut self, id: &str, body: Value) -> Value {
        let path = vendor_spec(id).path.clone();
        self.json_at(id, &path, body)
    }

    /// The same at a path with its parameters.
    pub(super) fn json_at(&mut self, id: &str, path: &str, body: Value) -> Value {
        // A server that does not know the route may close the connection before it has read a large body.
        let sent = self.http.try_send("POST", path, Some(("application/json", body.to_string().into_bytes())));
        self.sent(id, paths_of(&body, ""));
        match sent {
            Ok(reply) => self.reply(id, &reply),
            Err(e) => {
                self.state_problem(id, e.to_string());
                Value::Null
            }
        }
    }

    /// A call without a body.
    pub(super) fn get(&mut self, id: &str, path: &str) -> Value {
        let reply = self.http.get(path);
        self.reply(id, &reply)
    }

    /// A multipart call.
    pub(super) fn multipart(&mut self, id: &str, parts: &[(&str, &[u8])]) -> Value {
        let reply = self.http.multipart(&vendor_spec(id).path, parts);
        self.sent(id, parts.iter().map(|(name, _)| (*name).to_owned()));
        self.reply(id, &reply)
    }

    /// Fields that a request of another form carried.
    pub(super) fn carried(&mut self, id: &str, fields: &[&str]) {
        self.sent(id, fields.iter().map(|f| (*f).to_owned()));
    }

    /// Holds a reply against the text.
    pub(super) fn reply(&mut self, id: &str, reply: &Reply) -> Value {
        let d = vendor_spec(id);
        let unanswered = matches!(reply.status, 404 | 405) && not_routed(reply);
        let Some(state) = self.states.get_mut(id) else { return Value::Null };
        if unanswered {
            state.problems.push("it is not answered".to_owned());
            return Value::Null;
        }
        if reply.status != 200 {
            let text: String = reply.text().chars().take(300).collect();
            state.problems.push(format!("{} instead of 200: {text}", reply.status));
            return Value::Null;
        }
        state.answered = true;
        let media = reply.header("content-type").unwrap_or_default();
        if d.reply.media != "application/json" {
            let wanted = match d.reply.media.as_str() {
                "file" => "image/",
                "video/*" => "video/",
                other => other,
            };
            if !media.starts_with(wanted) || reply.body.len() < 100 {
                state.problems.push(format!("a file of {} bytes as `{media}`", reply.body.len()));
            }
            return Value::Null;
        }
        if !media.starts_with("application/json") {
            state.problems.push(format!("the reply is `{media}`"));
            return Value::Null;
        }
        let value = reply.json();
        look(&d.reply, &value, state, d.group == "IDnGO");
        value
    }

    /// A refusal that the text has: the status, and the text where there is one.
    pub(super) fn refused(&mut self, id: &str, status: u16, text: Option<&str>, reply: &Reply) {
        let d = vendor_spec(id);
        let place = d.errors.iter().position(|e| {
            e.status.is_none_or(|s| s == status)
                && (e.text.as_deref() == text || (e.text.is_none() && e.when.as_deref() == text))
        });
        let Some(place) = place else { panic!("{id}: no text has {status} {text:?}") };
        let Some(state) = self.states.get_mut(id) else { return };
        let said = reply.text();
        let words = d.errors[place].text.as_deref();
        let told = words.is_none_or(|words| strings_of(&reply_json(reply)).iter().any(|s| s == words));
        if (400..600).contains(&reply.status) && reply.status == status && told && is_refusal(reply) {
            state.errors.insert(place);
        } else {
            let said: String = said.chars().take(300).collect();
            state.problems.push(format!("{} instead of {status} {text:?}: {said}", reply.status));
        }
    }

    /// A documented reason in a reply that says no.
    pub(super) fn reason(&mut self, id: &str, kind: &str, detail: &str, reason: &Value) {
        let d = vendor_spec(id);
        let place = d.failure_reasons.iter().position(|r| r["type"] == kind && r["detail"] == detail);
        let Some(place) = place else { panic!("{id}: no text has {kind} {detail}") };
        let Some(state) = self.states.get_mut(id) else { return };
        let said = reason["detail"].as_str().unwrap_or_default();
        // `tech_code` is a placeholder for the missing codes.
        let stem = detail.split(": tech_code").next().unwrap_or(detail);
        if reason["type"] == kind && said.starts_with(stem) {
            state.reasons.insert(place);
        } else {
            state.problems.push(format!("{reason} instead of {kind} {detail}"));
        }
    }

    /// What no KYC operation does: answer without a token, or a browser where only a backend may call.
    pub(super) fn authorization(&mut self, session_token: &str) {
        let (anonymous, browser) = (http(&self.server.url), http(&self.server.url));
        let browser = browser.header("authorization", &format!("Bearer {session_token}")).header("x-client-id", CLIENT);
        for d in VENDOR_SPECS.iter().filter(|d| d.authorization.iter().any(|a| a == "oauth2")) {
            let sdk = d.authorization.len() > 1;
            let path = d.path.replace("{id}", "00000000-0000-4000-8000-000000000000");
            let call = |caller: &Http| match d.method.as_str() {
                "GET" => caller.get(&path),
                _ => caller.json(&path, json!({})),
            };
            for (who, reply, wanted) in [("no credentials", call(&anonymous), 401), ("a browser", call(&browser), 403)]
            {
                if reply.status != wanted && !(who == "a browser" && sdk) && !not_routed(&reply) {
                    self.state_problem(&d.id, format!("{who} gets {} instead of {wanted}", reply.status));
                }
            }
        }
    }

    /// Everything that is not as documented.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut all = Vec::new();
        for d in VENDOR_SPECS.iter() {
            let state = &self.states[d.id.as_str()];
            let mut of = |problem: String| all.push(format!("{}: {problem}", d.id));
            state.problems.iter().cloned().for_each(&mut of);
            if !state.answered && state.problems.is_empty() {
                of("it was not called".to_owned());
            }
            if !state.missing.is_empty() {
                of(format!("fields missing or of another type: {:?}", state.missing));
            }
            if state.answered {
                let unsent: Vec<_> = requested(d).filter(|f| !state.sent.contains(*f)).collect();
                if !unsent.is_empty() {
                    of(format!("never sent: {unsent:?}"));
                }
                let unknown: Vec<_> = unknown(d, state).filter(|f| never_known(d, f).is_none()).collect();
                if !unknown.is_empty() {
                    of(format!("always null: {unknown:?}"));
                }
                for (i, error) in d.errors.iter().enumerate().filter(|(i, _)| !state.errors.contains(i)) {
                    of(format!("error {i} was not provoked: {error:?}"));
                }
                for (_, reason) in d.failure_reasons.iter().enumerate().filter(|(i, _)| !state.reasons.contains(i)) {
                    of(format!("reason was not provoked: {reason}"));
                }
            }
        }
        all
    }

    /// One line each, for the terminal.
    pub(super) fn short_table(&self) -> String {
        let mut text = String::new();
        let mut whole = 0;
        for d in VENDOR_SPECS.iter() {
            let row = self.row(d);
            whole += usize::from(row.whole);
            let _ = writeln!(
                text,
                "{} {:<8} {:<28} {:<38} {:>9} {:>9} {:>7}",
                if row.whole { "ok" } else { "--" },
                d.group.split(' ').next().unwrap_or_default(),
                d.id,
                d.name.chars().take(38).collect::<String>(),
                row.request,
                row.reply,
                row.errors
            );
        }
        let _ = writeln!(text, "{whole} of {} operations are as documented", VENDOR_SPECS.len());
        text
    }

    /// `docs/operations.md`.
    pub(super) fn table(&self) -> String {
        let whole = VENDOR_SPECS.iter().filter(|d| self.row(d).whole).count();
        let mut text = format!(
            "# The documented operations\n\n\
             Results of `sandbox/tests/http/conformance`, which sends the requests of\n\
             [operations.json](operations.json), the vendors' texts as data, to the sandbox. `cargo xtask docs`\n\
             writes this file; a test fails if it is out of date.\n\n\
             **{whole} of {} operations are as documented.** *Request*: documented fields that were sent.\n\
             *Reply*: documented fields that were returned with the documented type; `+n` more are always\n\
             null (below). *Errors*: documented errors that were provoked, with their status and text.\n\
             Unknown KYC fields are null; those of IDnGO are left out, as in its samples.\n",
            VENDOR_SPECS.len()
        );
        let mut group = "";
        for d in VENDOR_SPECS.iter() {
            if d.group != group {
                group = &d.group;
                let _ = write!(
                    text,
                    "\n## {group}\n\n| operation | route | request | reply | errors | |\n|---|---|---|---|---|---|\n"
                );
            }
            let row = self.row(d);
            let _ = writeln!(
                text,
                "| {} | `{} {}` | {} | {} | {} | {} |",
                d.name,
                d.method,
                d.path,
                row.request,
                row.reply,
                row.errors,
                if row.whole { "✓" } else { "–" }
            );
        }
        let _ = write!(text, "\n## Always null here\n\n| field | operation | why |\n|---|---|---|\n");
        for (field, id, why) in NEVER_KNOWN {
            let dots = if field.ends_with('_') { "…" } else { "" };
            let operation = if *id == "*" { "all" } else { vendor_spec(id).name.as_str() };
            let _ = writeln!(text, "| `{field}{dots}` | {operation} | {why} |");
        }
        text
    }

    fn row(&self, d: &VendorSpec) -> Row {
        let state = &self.states[d.id.as_str()];
        let of = |part: usize, all: usize| if all == 0 { "·".to_owned() } else { format!("{part}/{all}") };
        let all_sent = requested(d).count();
        let sent = requested(d).filter(|f| state.sent.contains(*f)).count();
        let fields = d.reply.fields.len();
        let null = unknown(d, state).filter(|f| never_known(d, f).is_some()).count();
        let open = unknown(d, state).count() - null;
        let there = if state.answered { fields - null - open } else { 0 };
        let reply = match (fields, state.answered) {
            (0, true) if d.reply.media != "application/json" => "file".to_owned(),
            (0, true) => "{ }".to_owned(),
            (0, false) => "–".to_owned(),
            _ if null > 0 && state.answered => format!("{there}+{null}/{fields}"),
            _ => of(there, fields),
        };
        let all_errors = d.errors.len() + d.failure_reasons.len();
        let errors_met = state.errors.len() + state.reasons.len();
        let whole = state.answered
            && state.problems.is_empty()
            && state.missing.is_empty()
            && sent == all_sent
            && open == 0
            && errors_met == all_errors;
        Row { request: of(sent, all_sent), reply, errors: of(errors_met, all_errors), whole }
    }
}

struct Row {
    request: String,
    reply: String,
    errors: String,
    whole: bool,
}

fn never_known(d: &VendorSpec, field: &str) -> Option<&'static str> {
    let fits = |name: &str| if name.ends_with('_') { field.starts_with(name) } else { field == name };
    NEVER_KNOWN.iter().find(|(name, id, _)| (*id == d.id || *id == "*") && fits(name)).map(|(.., why)| *why)
}

/// VendorSpec fields of the reply that never had a value.
fn unknown<'a>(d: &'a VendorSpec, state: &'a State) -> impl Iterator<Item = &'a str> {
    d.reply.fields.iter().map(|(name, _)| name.as_str()).filter(|name| !state.known.contains(*name))
}

/// VendorSpec fields of body and query.
fn requested(d: &VendorSpec) -> impl Iterator<Item = &str> {
    let body = d.request.iter().flat_map(|part| part.fields.iter());
    body.chain(d.query_parameters.fields.iter()).map(|(name, _)| name.as_str())
}

/// The paths of all fields of a value, as the texts write them here.
pub(super) fn paths_of(value: &Value, prefix: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        all.extend(paths_of(value, &format!("{path}.")));
        for element in value.as_array().into_iter().flatten() {
            all.extend(paths_of(element, &format!("{path}[].")));
        }
        all.push(path);
    }
    all
}

/// Holds every documented field against the reply.
fn look(part: &Part, reply: &Value, state: &mut State, left_out: bool) {
    for (path, kind) in &part.fields {
        let mut met = Vec::new();
        follow(reply, path, left_out, &mut met);
        for found in met {
            match found {
                Found::Absent => {
                    state.missing.insert(path.clone());
                }
                Found::Value(Value::Null) => {}
                Found::Value(value) if fits(kind, value) => {
                    state.known.insert(path.clone());
                }
                Found::Value(value) => {
                    let value: String = value.to_string().chars().take(60).collect();
                    state.missing.insert(format!("{path}: {value} is no {kind}"));
                }
            }
        }
    }
}

enum Found<'a> {
    Absent,
    Value(&'a Value),
}

/// The values at a path: one, or one for each element of a list. Fields of null are not asked for.
fn follow<'a>(value: &'a Value, path: &str, left_out: bool, met: &mut Vec<Found<'a>>) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = value.get(name.trim_end_matches("[]")) else {
        if !left_out {
            met.push(Found::Absent);
        }
        return;
    };
    match (rest, field) {
        (None, field) => met.push(Found::Value(field)),
        (Some(_), Value::Null) => {}
        (Some(rest), Value::Array(list)) if name.ends_with("[]") => {
            list.iter().for_each(|element| follow(element, rest, left_out, met));
        }
        (Some(rest), field) => follow(field, rest, left_out, met),
    }
}

/// Whether a value is of the documented type.
fn fits(kind: &str, value: &Value) -> bool {
    if let Some((kind, values)) = kind.split_once(": ") {
        return fits(kind, value) && values.split(" | ").any(|v| value == v);
    }
    let shaped = |shape: &str| {
        value.as_str().is_some_and(|text| {
            text.len() >= shape.len()
                && text.bytes().zip(shape.bytes()).all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s })
        })
    };
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "array of string" => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        "date" => shaped("0000-00-00"),
        "date-time" => shaped("0000-00-00T00:00:00"),
        "idngo date" => shaped("0000-00-00 00:00:00"),
        "idngo review date" => shaped("0000-00-00 00:00:00+0000"),
        other => panic!("docs/operations.json has the type `{other}`"),
    }
}

fn reply_json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// Whether it is the answer of a server that has no such route.
fn not_routed(reply: &Reply) -> bool {
    let words = strings_of(&reply_json(reply));
    words.iter().any(|w| w == "there is nothing at this address" || w == "method_not_allowed")
}

/// Returns whether a reply is a JSON error with a text.
fn is_refusal(reply: &Reply) -> bool {
    !strings_of(&reply_json(reply)).is_empty()
}

/// All strings in a value.
fn strings_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(strings_of).collect(),
        Value::Object(map) => map.values().flat_map(strings_of).collect(),
        _ => Vec::new(),
    }
}
