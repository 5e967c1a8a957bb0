//! `GET /docs`: one page of HTML that is complete as it comes, with a stylesheet and a small script of its own (filter,
//! copy buttons) under a strict content security policy. Nothing is fetched from elsewhere.

use std::fmt::Write;
use std::io::{Cursor, Write as _};
use std::sync::{LazyLock, OnceLock};

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use kyc_specimen::person::Person;
use kyc_specimen::{document as specimen_document, scene};
use serde_json::{Value, json};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::base_url::{BASE_URL, with_base_url};
use super::document::{Part, VendorSpec};
use super::examples;
use super::generate::{DOCUMENT, pascal};
use super::table::{OPERATION_SPECS, Reply, vendor_spec};
use crate::clock::Clock;
use crate::http::errors::ApiError;
use crate::http::limits::Limiter;
use crate::jobs::workers::Workers;
use crate::random;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

static PAGE: LazyLock<String> = LazyLock::new(page);

/// `GET /docs`
pub async fn serve(headers: HeaderMap) -> Response {
    let text = with_base_url(&PAGE, &headers);
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

/// `GET /docs/page.css`
pub async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], include_str!("page/page.css"))
        .into_response()
}

/// `GET /docs/page.js`
pub async fn script() -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("page/page.js")).into_response()
}

/// What the images for the examples need.
#[derive(Debug, Clone)]
pub struct Specimens {
    /// Requests of all callers together.
    pub limiter: Limiter,
    /// Time.
    pub clock: Clock,
    /// Permits for work that fills a core.
    pub workers: Workers,
}

/// The images that the examples send, each drawn once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Specimen {
    Passport,
    CardFront,
    CardBack,
    Face,
}

impl Specimen {
    fn draw(self) -> &'static RgbImage {
        static DRAWN: [OnceLock<RgbImage>; 4] = [const { OnceLock::new() }; 4];
        DRAWN[self as usize].get_or_init(|| {
            let person = Person::invented(3, false);
            let on_table = |document: &RgbImage| scene::with_document((1280, 960), document, &scene::Pose::default());
            match self {
                Self::Passport => on_table(&specimen_document::passport(&person)),
                Self::CardFront => on_table(&specimen_document::card_front(&person)),
                Self::CardBack => on_table(&specimen_document::card_back(&person)),
                Self::Face => scene::with_face((640, 480)),
            }
        })
    }
}

/// `GET /docs/specimen/{name}`: images for the examples: a passport and a card of an invented person, a face, an
/// archive to import. Another file at each call, as a camera gives.
///
/// # Errors
/// 404, 429.
pub async fn specimen(State(ctx): State<Specimens>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let wanted = match name.as_str() {
        "passport.jpg" => Some(Specimen::Passport),
        "card-front.jpg" => Some(Specimen::CardFront),
        "card-back.jpg" => Some(Specimen::CardBack),
        "face.jpg" => Some(Specimen::Face),
        "applicant.zip" => None,
        _ => return Err(ApiError::not_found("there is no such image")),
    };
    ctx.limiter.take("(specimen)", ctx.clock.now_ms())?;
    let seed = random::hash(random::secret()?.as_bytes());
    let draw = move || {
        let Some(wanted) = wanted else { return archive(&seed) };
        let mut image = wanted.draw().clone();
        // A few pixels at the rim, so that no two calls give the same file.
        for (x, byte) in (0u32..).zip(seed) {
            image.put_pixel(x * 8, 0, Rgb([byte; 3]));
        }
        Ok(("image/jpeg", jpeg(&image)?))
    };
    let (kind, bytes) = ctx.workers.run_short(draw).await?;
    Ok(([(CONTENT_TYPE, kind)], bytes).into_response())
}

fn jpeg(image: &RgbImage) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .encode_image(image)
        .map_err(|_| ApiError::internal("an image cannot be written"))?;
    Ok(bytes.into_inner())
}

/// An archive as *applicantImport* takes it: a passport, and two frames of a face.
///
/// # Errors
/// 500.
pub fn archive(seed: &[u8; 32]) -> Result<(&'static str, Vec<u8>), ApiError> {
    let person = Person::invented(3, false);
    let external: String = seed[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let applicant = json!({
        "externalUserId": format!("example-{external}"),
        "email": "example@example.org",
        "info": {
            "firstName": person.given_names, "lastName": person.surname, "dob": person.birth.iso(), "country": "GBR",
            "tin": "950215301234",
        },
        "review": {
            "createDate": "2024-01-15 10:30:00+0000", "reviewDate": "2024-01-15 10:31:00+0000",
            "levelName": "basic-kyc-level", "reviewStatus": "completed", "reviewResult": { "reviewAnswer": "GREEN" },
        },
    });
    let passport = json!({ "idDocType": "PASSPORT", "country": "GBR", "number": person.document_number });
    let page = Specimen::Passport.draw();
    let mut face = Specimen::Face.draw().clone();
    let first = jpeg(&face)?;
    face.put_pixel(0, 0, Rgb([seed[0], seed[1], seed[2]]));
    let files = [
        ("applicant.json", applicant.to_string().into_bytes()),
        ("passport/applicantIdDoc.json", passport.to_string().into_bytes()),
        ("passport/page.jpg", jpeg(page)?),
        ("selfie/applicantIdDoc.json", json!({ "idDocType": "SELFIE", "country": "GBR" }).to_string().into_bytes()),
        ("selfie/0.jpg", first),
        ("selfie/1.jpg", jpeg(&face)?),
    ];
    let written = || -> zip::result::ZipResult<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &files {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))?;
            writer.write_all(bytes)?;
        }
        Ok(writer.finish()?.into_inner())
    };
    Ok(("application/zip", written().map_err(|_| ApiError::internal("an archive cannot be written"))?))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Escaped, with `code` between backticks.
fn prose(text: &str) -> String {
    let mut html = String::new();
    // Links of the code's own documentation lead nowhere here.
    let text = text.replace("[`", "`").replace("`]", "`");
    for (i, part) in text.split('`').enumerate() {
        let part = escaped(part);
        html += &if i % 2 == 1 { format!("<code>{part}</code>") } else { part };
    }
    html
}

fn page() -> String {
    let mut groups: Vec<(&str, Vec<String>, String)> = Vec::new();
    for served in OPERATION_SPECS {
        let d = vendor_spec(served);
        if groups.last().is_none_or(|g| g.0 != d.group) {
            groups.push((&d.group, Vec::new(), String::new()));
        }
        let Some((_, links, sections)) = groups.last_mut() else { continue };
        links.push(format!(
            "<li><a href=\"#{id}\"><span class=\"verb {class}\">{verb}</span> {name}</a></li>",
            id = d.id,
            class = d.method.to_ascii_lowercase(),
            verb = d.method,
            name = escaped(&d.name),
        ));
        section(sections, d, &served.reply);
    }
    let mut menu = String::new();
    let mut body = String::new();
    for (name, links, sections) in &groups {
        let (id, name) = (format!("group-{}", name.to_ascii_lowercase().replace(' ', "-")), escaped(name));
        let _ = write!(menu, "<li class=\"group\"><a href=\"#{id}\">{name}</a><ul>{}</ul></li>", links.join(""));
        let _ = write!(
            body,
            "<section class=\"group\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">{name}</h2>{sections}</section>"
        );
    }
    include_str!("page/page.html")
        .replace("<!--menu-->", &menu)
        .replace("<!--operations-->", &body)
        .replace("<!--before-->", &escaped(&examples::before(BASE_URL)))
        .replace("<!--count-->", &OPERATION_SPECS.len().to_string())
        .replace("<!--version-->", env!("CARGO_PKG_VERSION"))
}

/// One operation.
fn section(html: &mut String, d: &VendorSpec, reply: &Reply) {
    let id = &d.id;
    let name = escaped(&d.name);
    let authorization = match d.authorization.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["oauth2"] => "A bearer token of the client: <code>Authorization: Bearer …</code>. For a backend.",
        ["oauth2", _] => {
            "A bearer token, and <code>X-Client-Id</code> with its client. \
             A browser may call it with a token of its session."
        }
        ["api_key"] => "The organization's <code>api_key</code> in the body. For a backend.",
        ["HMAC"] => {
            "<code>X-App-Token</code>, <code>X-App-Access-Ts</code> (Unix seconds) \
             and <code>X-App-Access-Sig</code>. For a backend."
        }
        _ => "None.",
    };
    let _ = write!(
        html,
        "<article id=\"{id}\" aria-labelledby=\"{id}-name\"><h3 id=\"{id}-name\">{name}</h3>\
         <p class=\"route\"><span class=\"verb {class}\">{verb}</span> <code>{path}</code></p>\
         <p>{summary}</p><p class=\"who\"><strong>Authorization.</strong> {authorization}</p>",
        class = d.method.to_ascii_lowercase(),
        verb = d.method,
        path = escaped(&d.path).replace('/', "/<wbr>"),
        summary = prose(&d.summary),
    );
    for (title, part) in [("Path", &d.path_parameters), ("Query", &d.query_parameters)] {
        let rows = part.rows().map(|(name, kind, required)| Row {
            name: name.to_owned(),
            kind: kind.to_owned(),
            required,
            description: String::new(),
        });
        table(html, id, title, &rows.collect::<Vec<_>>(), true);
    }
    let schemas = &DOCUMENT["components"]["schemas"];
    if let Some(request) = &d.request {
        let title = format!("Request, {}", request.media);
        let schema = &schemas[format!("{}Request", pascal(id))];
        let rows = if schema.is_null() {
            let row = |(name, kind, required): (&str, &str, bool)| Row {
                name: name.to_owned(),
                kind: kind.to_owned(),
                required,
                description: String::new(),
            };
            request.rows().map(row).collect()
        } else {
            rows_of(schema, request)
        };
        table(html, id, &title, &rows, true);
    }
    match reply {
        Reply::Json(_) => {
            let rows = rows_of(&schemas[format!("{}Reply", pascal(id))], &d.reply);
            if rows.is_empty() {
                *html += "<h4>Reply 200</h4><p><code>{ }</code></p>";
            } else {
                table(html, id, "Reply 200, application/json", &rows, false);
            }
        }
        Reply::File(kinds) => {
            let _ = write!(html, "<h4>Reply 200</h4><p>A file: {}.</p>", kinds.join(", "));
        }
    }
    refusals(html, d);
    if let Some(example) = examples::of(id) {
        let _ = write!(
            html,
            "<h4 id=\"{id}-example\">Example</h4><div class=\"code\"><pre tabindex=\"0\" role=\"region\" \
             aria-labelledby=\"{id}-example\"><code>{}</code></pre></div>",
            escaped(example)
        );
    }
    *html += "</article>";
}

fn refusals(html: &mut String, d: &VendorSpec) {
    let responses = &DOCUMENT["paths"][&d.path][d.method.to_ascii_lowercase()]["responses"];
    let rows: String = responses
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.as_str() != "200")
        .map(|(status, r)| {
            let words: Vec<_> = r["description"].as_str().unwrap_or_default().split("; ").map(prose).collect();
            format!(
                "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\"><code>{status}</code></th>\
                 <td role=\"cell\">{}</td></tr>",
                words.join("<br>")
            )
        })
        .collect();
    let reasons: String = d
        .failure_reasons
        .iter()
        .map(|r| {
            let text = |key: &str| escaped(r[key].as_str().unwrap_or_default());
            format!(
                "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\"><code>{}</code></th>\
                 <td role=\"cell\">{}</td></tr>",
                text("type"),
                text("detail")
            )
        })
        .collect();
    for (title, rows) in [("Errors", rows), ("Failure reasons", reasons)] {
        if !rows.is_empty() {
            let anchor = format!("{}-{}", d.id, title.to_ascii_lowercase().replace(' ', "-"));
            let _ = write!(
                html,
                "<h4 id=\"{anchor}\">{title}</h4><div class=\"wide\" tabindex=\"0\" role=\"region\" \
                 aria-labelledby=\"{anchor}\">\
                 <table class=\"errors\" role=\"table\"><thead><tr><th scope=\"col\">{}</th>\
                 <th scope=\"col\">Text</th></tr></thead><tbody>{rows}</tbody></table></div>",
                if title == "Errors" { "Status" } else { "Type" }
            );
        }
    }
}

struct Row {
    name: String,
    kind: String,
    required: bool,
    description: String,
}

/// The fields of a schema, in the order of the text where it has one.
fn rows_of(schema: &Value, part: &Part) -> Vec<Row> {
    let mut rows = Vec::new();
    flatten(&mut rows, schema, "");
    let place = |name: &str| part.fields.iter().position(|(field, _)| field == name);
    rows.sort_by_key(|row| {
        let top = row.name.split(['.', '[']).next().unwrap_or_default();
        (place(top).unwrap_or(usize::MAX), place(&row.name).unwrap_or(usize::MAX))
    });
    rows
}

/// The fields of a schema, those of objects and array elements behind their path.
fn flatten(rows: &mut Vec<Row>, schema: &Value, prefix: &str) {
    let required = |name: &str| schema["required"].as_array().is_some_and(|r| r.iter().any(|v| v == name));
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        // An optional object or list is one of two schemas, the other of which is null.
        let inner = field["anyOf"].as_array().and_then(|of| of.iter().find(|s| s["type"] != "null")).unwrap_or(field);
        let path = format!("{prefix}{name}");
        rows.push(Row {
            name: path.clone(),
            kind: kind_of(field),
            required: required(name),
            description: field["description"].as_str().or(inner["description"].as_str()).unwrap_or_default().to_owned(),
        });
        flatten(rows, inner, &format!("{path}."));
        flatten(rows, &inner["items"], &format!("{path}[]."));
    }
}

/// A schema's type in words: `string`, `string or null`, `list of string`, with the values where they are listed.
fn kind_of(schema: &Value) -> String {
    let one = |name: &str| match name {
        "array" => match kind_of(&schema["items"]) {
            items if items.is_empty() => "list".to_owned(),
            items => format!("list of {items}"),
        },
        other => other.to_owned(),
    };
    let mut kind = match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" or "),
        _ => {
            let of = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
            of.into_iter().flatten().map(kind_of).collect::<Vec<_>>().join(" or ")
        }
    };
    if let Some(values) = schema["enum"].as_array().or(schema["examples"].as_array()) {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        let word = if schema["enum"].is_null() { "as " } else { "" };
        let _ = write!(kind, ": {word}{}", values.join(" | "));
    }
    kind
}

fn table(html: &mut String, id: &str, title: &str, rows: &[Row], with_required: bool) {
    if rows.is_empty() {
        return;
    }
    let anchor: String =
        format!("{id}-{title}").chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let _ = write!(
        html,
        "<h4 id=\"{anchor}\">{}</h4><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{anchor}\">\
         <table role=\"table\">\
         <thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Meaning</th></tr></thead><tbody>",
        escaped(title)
    );
    for row in rows {
        let mark = if with_required && row.required { " <span class=\"required\">required</span>" } else { "" };
        let (kind, values) = row.kind.split_once(": ").map_or((row.kind.as_str(), ""), |(k, v)| (k, v));
        let values: Vec<_> = values.split(" | ").filter(|v| !v.is_empty()).map(escaped).collect();
        let values = match values.is_empty() {
            true => String::new(),
            false => {
                format!(": <code>{}</code>", values.join("</code>, <wbr><code>").replace("<code>as ", "such as <code>"))
            }
        };
        let _ = write!(
            html,
            "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\"><code>{}</code>{mark}</th>\
             <td role=\"cell\">{}{values}</td><td role=\"cell\">{}</td></tr>",
            escaped(&row.name).replace('_', "_<wbr>").replace('.', ".<wbr>"),
            escaped(kind),
            prose(&row.description)
        );
    }
    *html += "</tbody></table></div>";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_image_is_drawn_once() {
        assert!(std::ptr::eq(Specimen::Face.draw(), Specimen::Face.draw()));
        assert!(!std::ptr::eq(Specimen::CardFront.draw(), Specimen::CardBack.draw()));
    }
}
