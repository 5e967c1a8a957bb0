//! The table of operations against what the server does: its routes, its types, its document, its page, and the
//! examples, which are pasted into a shell.

use std::collections::BTreeSet;
use std::process::Command;

use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use kyc_sandbox::openapi::document::{VENDOR_SPECS, VendorSpec};
use kyc_sandbox::openapi::table::{OPERATION_SPECS, Reply, vendor_spec};
use kyc_sandbox::openapi::{examples, generate};
use kyc_sandbox::router::router;
use kyc_sandbox::seed;
use serde_json::Value;

use crate::support::{Server, http, models};

/// What no text has, each by its whole route: the document and its page, the demo's own backend, what the sandbox
/// offers to bring things about, the page behind a WebSDK link, faults, static files.
const OTHERS: [(&str, &str); 24] = [
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/docs/page.css"),
    ("GET", "/docs/page.js"),
    ("GET", "/docs/specimen/{name}"),
    ("POST", "/oauth2/revoke"),
    ("POST", "/demo/handoff"),
    ("POST", "/demo/handoff/redeem"),
    ("POST", "/demo/session"),
    ("POST", "/demo/token"),
    ("POST", "/demo/session/read"),
    ("POST", "/demo/ida/session"),
    ("POST", "/demo/ida/session/read"),
    ("POST", "/sandbox/gbdfl/source"),
    ("POST", "/sandbox/gbdfl/face2face"),
    ("POST", "/sandbox/persons/{person_id}/photo/{photo_id}/delete"),
    ("GET", "/idensic/l/"),
    ("GET", "/idensic/page.css"),
    ("GET", "/idensic/page.js"),
    ("POST", "/idensic/session"),
    ("POST", "/idensic/token"),
    ("POST", "/idensic/status"),
    ("POST", "/__faults"),
    ("GET", "/pkg/{*path}"),
];

/// Whoever asks, drawing stays cheap: each image is drawn once, and all callers together have one limit.
#[test]
fn images_of_the_examples_are_limited() {
    let config = Config { rate: Rate { burst: 2, per_second: 1 }, ..Config::default() };
    let server = Server::with(config, Models::default());
    let replies: Vec<_> = (0..40).map(|_| http(&server.url).get("/docs/specimen/face.jpg")).collect();
    let (given, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert!(given.len() >= 2 && !refused.is_empty(), "{} given", given.len());
    assert_ne!(given[0].body, given[1].body, "no two cameras give the same file");
    for reply in refused {
        reply.refused(429, "rate_limited", None);
        assert!(reply.header("retry-after").is_some());
    }
    assert_eq!(http(&server.url).get("/ping").status, 200);
}

#[test]
fn every_route_has_an_entry_and_every_entry_a_route() {
    // With everything that an operator may switch on.
    let config = Config {
        demo_client_id: Some("demo".to_owned()),
        pkg: Some(env!("CARGO_TARGET_TMPDIR").into()),
        faults: true,
        ..Config::default()
    };
    let server = Server::with(config, Models::default());
    let routes = routes_of(&format!("{:?}", router(server.app.clone())));
    let others = OTHERS.map(|(method, path)| (method.to_owned(), path.to_owned()));
    let missing: Vec<_> = others.iter().filter(|other| !routes.contains(other)).collect();
    assert!(missing.is_empty(), "the router's debug form no longer lists its routes, or these are gone: {missing:?}");
    let routes: BTreeSet<_> = routes.into_iter().filter(|route| !others.contains(route)).collect();

    let document = http(&server.url).get("/openapi.json").ok();
    let mut entries = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        entries.extend(operations.as_object().unwrap().keys().map(|m| (m.to_ascii_uppercase(), path.clone())));
    }
    let alone: Vec<_> = routes.difference(&entries).collect();
    assert!(alone.is_empty(), "routes without an entry in /openapi.json: {alone:?}");
    let alone: Vec<_> = entries.difference(&routes).collect();
    assert!(alone.is_empty(), "entries of /openapi.json without a route: {alone:?}");

    // And every documented operation is among them, by its own id.
    let served: Vec<_> = OPERATION_SPECS.iter().map(|served| served.id).collect();
    let unserved: Vec<_> = VENDOR_SPECS.iter().filter(|d| !served.contains(&d.id.as_str())).map(|d| &d.id).collect();
    assert!(unserved.is_empty(), "documented, without an entry in sandbox/src/openapi/table.rs: {unserved:?}");
    assert_eq!(served.iter().collect::<BTreeSet<_>>().len(), served.len(), "an operation is listed twice");
}

/// Returns method and path of every route, from the router's debug form, the only one that contains them.
fn routes_of(router: &str) -> Vec<(String, String)> {
    let numbered = |after: &'static str| {
        router.split("RouteId(").skip(1).filter_map(move |part| {
            let (number, rest) = part.split_once("): ")?;
            Some((number.parse::<u32>().ok()?, rest.strip_prefix(after)?))
        })
    };
    let paths: Vec<_> = numbered("\"").filter_map(|(n, rest)| Some((n, rest.split_once('"')?.0))).collect();
    let mut routes = Vec::new();
    for (number, rest) in numbered("MethodRouter(") {
        let Some((_, path)) = paths.iter().find(|(n, _)| *n == number) else { continue };
        let methods = rest.split(" fallback:").next().unwrap_or_default();
        for method in ["get", "post", "patch", "put", "delete"] {
            if methods.contains(&format!(" {method}: Route")) || methods.contains(&format!(" {method}: BoxedHandler")) {
                routes.push((method.to_ascii_uppercase(), (*path).to_owned()));
            }
        }
    }
    routes
}

#[test]
fn every_documented_field_is_in_the_types() {
    let schemas = &generate::DOCUMENT["components"]["schemas"];
    let mut missing = Vec::new();
    for served in OPERATION_SPECS {
        let d = vendor_spec(served);
        let name = generate::pascal(&d.id);
        let mut look = |schema: &Value, fields: Vec<&str>| {
            for field in fields {
                if !has(schema, field) {
                    missing.push(format!("{}: {field}", d.id));
                }
            }
        };
        if let (Some(part), true) = (&d.request, served.request.is_some()) {
            look(&schemas[format!("{name}Request")], part.rows().map(|row| row.0).collect());
        }
        if matches!(served.reply, Reply::Json(_)) {
            look(&schemas[format!("{name}Reply")], d.reply.rows().map(|row| row.0).collect());
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether a schema has the field at this path.
fn has(schema: &Value, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let property = &any_of(schema)["properties"][name.trim_end_matches("[]")];
    let inner = if name.ends_with("[]") { &any_of(property)["items"] } else { property };
    match rest {
        // A free object holds whatever the text puts there.
        Some(rest) => has(inner, rest) || (!inner.is_null() && any_of(inner)["properties"].is_null()),
        None => !inner.is_null(),
    }
}

/// The schema that is not null's, where there are two.
fn any_of(schema: &Value) -> &Value {
    schema["anyOf"].as_array().and_then(|of| of.iter().find(|s| s["type"] != "null")).unwrap_or(schema)
}

#[test]
fn the_document_holds_together() {
    let server = Server::start();
    let document = http(&server.url).get("/openapi.json").ok();
    assert_eq!(document["openapi"], "3.1.0");
    let flows = &document["components"]["securitySchemes"]["oauth2"]["flows"];
    assert_eq!(flows["clientCredentials"]["tokenUrl"], format!("{}/oauth2/token", server.url), "a whole address");
    assert!(!document.to_string().contains("\"enum\":null"), "a parameter without values has no list of them");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            assert!(operation["responses"]["200"].is_object(), "{path}");
            for part in path.split('{').skip(1) {
                let name = part.split('}').next();
                let parameters = operation["parameters"].as_array().unwrap();
                assert!(parameters.iter().any(|p| p["in"] == "path" && p["name"].as_str() == name), "{path}");
            }
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|v| collect(v, references));
        }
        Value::Array(list) => list.iter().for_each(|v| collect(v, references)),
        _ => {}
    }
}

#[test]
fn the_page_is_complete_without_a_third_party() {
    let server = Server::start();
    let page = http(&server.url).get("/docs");
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    for word in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(word), "{policy}");
    }
    let text = page.text();
    assert!(
        !text.contains("src=\"http")
            && !text.contains("href=\"http")
            && !text.contains("url(")
            && !text.contains(" style=")
            && !text.contains("<!--"),
        "nothing from elsewhere"
    );
    assert!(text.contains(&server.url), "the examples name this server");
    let ids: Vec<_> = text.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id is there twice");
    for d in OPERATION_SPECS.iter().map(vendor_spec) {
        let article = article(&text, d);
        for (name, ..) in d.path_parameters.rows().chain(d.query_parameters.rows()) {
            assert!(article.contains(&name.replace('_', "_<wbr>")), "{}: {name}", d.id);
        }
        for text in d.errors.iter().filter_map(|e| e.text.as_deref()) {
            assert!(article.contains(text.trim_end_matches(':')) || text.contains('`'), "{}: {text}", d.id);
        }
        assert!(article.contains("curl"), "{} has no example", d.id);
        assert!(text.contains(&format!("href=\"#{}\"", d.id)), "{}", d.id);
    }
    for (path, kind) in [("/docs/page.css", "text/css"), ("/docs/page.js", "text/javascript")] {
        let file = http(&server.url).get(path);
        assert!(file.status == 200 && file.header("content-type").unwrap().starts_with(kind), "{path}");
    }
    assert_eq!(http(&server.url).get("/docs/specimen/other.jpg").status, 404);
    let host = http(&server.url).header("host", "x\"><script>").get("/docs").text();
    assert!(!host.contains("<script>"), "a host that is no host stays out of the page");
}

fn article<'a>(page: &'a str, d: &VendorSpec) -> &'a str {
    let begin =
        page.find(&format!("<article id=\"{}\"", d.id)).unwrap_or_else(|| panic!("{} is not on the page", d.id));
    &page[begin..begin + page[begin..].find("</article>").unwrap()]
}

#[test]
fn every_example_works_in_a_shell() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: curl is not installed");
        return;
    }
    let models = models();
    let complete = models.missing().is_none();
    let config = Config { rate: Rate { burst: 100_000, per_second: 100_000 }, ..Config::default() };
    let server = Server::with(config, models);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let seeded = runtime.block_on(seed::demo(&server.app)).unwrap_or_else(|_| panic!("the store is not seeded"));
    let secret = seeded.lines.iter().find_map(|line| line.strip_prefix("client secret: ")).unwrap();
    // Every call prints its status beside its reply; the last one is the operation's.
    let print_status = "curl() { command curl -w '%{stderr}%{http_code}\\n' \"$@\"; }\n";
    let before = examples::before(&server.url);
    // Imports are few in ten seconds: one applicant serves all examples, as in a shell that goes on.
    let shell = |script: &str| {
        let mut sh = Command::new("sh");
        sh.args(["-c", script]).current_dir(env!("CARGO_TARGET_TMPDIR"));
        sh.env("CLIENT_SECRET", secret).env_remove("CLIENT_ID").env_remove("API_KEY").env_remove("APPLICANT");
        sh
    };
    let applicant = shell(&format!("{before}\napplicant")).output().unwrap();
    let applicant = String::from_utf8_lossy(&applicant.stdout).trim().to_owned();
    let mut failures = Vec::new();
    for d in OPERATION_SPECS.iter().map(vendor_spec) {
        let Some(example) = examples::of(&d.id) else {
            failures.push(format!("{}: no example", d.id));
            continue;
        };
        if !complete && (example.contains("finalize") || d.id == "mrz_retrieve") {
            println!("skipped: {}, since the models are not there", d.id);
            continue;
        }
        assert!(example.contains(d.path.split('{').next().unwrap()), "{}: calls its route", d.id);
        let script = format!("{before}\n{print_status}{example}\n");
        let run = shell(&script).env("APPLICANT", &applicant).output().unwrap();
        let statuses = String::from_utf8_lossy(&run.stderr).into_owned();
        if statuses.lines().any(|line| line != "200") || statuses.is_empty() {
            let output: String = String::from_utf8_lossy(&run.stdout).chars().take(600).collect();
            failures.push(format!("{}: {output}\n{statuses}", d.id));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn examples_belong_to_documented_operations() {
    for id in examples::ids() {
        assert!(id == "oauth2_token" || VENDOR_SPECS.iter().any(|d| d.id == id), "{id}");
    }
}
