//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::HeaderValue;

use crate::store::s3;

/// What `--help` prints.
pub const USAGE: &str = "\
kyc-sandbox: a self-hosted server of the documented KYC API, for development and tests

usage: kyc-sandbox (--data DIR | --database-url URL | --ephemeral) [options]
       kyc-sandbox --data DIR --add-client ID [--allow-origin URL ...]
       kyc-sandbox --data DIR --add-organization NAME [--days N] [--attempts N]
       kyc-sandbox --data DIR --add-idngo NAME
       kyc-sandbox --data DIR --review APPLICANT GREEN|RED
       kyc-sandbox outbox --data DIR
       kyc-sandbox audit --data DIR

  --data DIR         keep everything in DIR/sandbox.sqlite3
  --database-url URL keep everything in a PostgreSQL database, as postgres://user:password@host/name; without any of
                     the three, the environment's DATABASE_URL counts, which other users of the machine do not see
  --images DIR       keep images and other files in DIR instead of the database
  --images s3://BUCKET/PREFIX
                     keep them in a bucket; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and
                     AWS_ALLOW_HTTP of the environment count
  --ephemeral        keep everything in memory, until the server ends
  --port PORT        default 8080; 0 takes a free one
  --host ADDRESS     default 127.0.0.1
  --models DIR       models for finalization: DIR/mrz.kycm, DIR/face.kycm, DIR/match.kycm
  --www DIR          serve the page in DIR at /
  --pkg DIR          serve the built package in DIR at /pkg/
  --demo             seed a demo client and answer /demo/...: whoever reaches the server may then make sessions
  --seed demo        fill the store with invented data, once: clients, sessions, persons; prints their secrets, once
  --rate N           requests per second and client, default 50
  --add-client ID    make a client, or give it a new secret; prints the secret, and ends
  --add-organization NAME
                     make an organization that may use MRZ, Persons and GBDFL, or give it a new API key; prints
                     the key, and ends
  --days N           for how many days from now, default 365; 0 for an organization without a subscription
  --attempts N       for how many images, persons and subjects, default 1000
  --add-idngo NAME   make an app token with its secret key for IDnGO; prints both, and ends
  --review APPLICANT GREEN|RED
                     decide, as a person of IDnGO would, an applicant that is under review, and end
  outbox             print the e-mails that were written to applicants, and end
  --allow-origin URL let pages of this origin call the server, as http://localhost:3000; may be repeated; with
                     --add-client, let them call in the name of this client alone
  --request-timeout S
                     give up a request after S seconds, default 120
  --trusted-types    pages must use Trusted Types for script
  --faults           let tests order faults at POST /__faults
  --trust-proxy      a proxy is in front of the server: take callers' addresses from the last X-Forwarded-For
  --webhook-allow-private
                     let webhooks have addresses inside of this network, as http://127.0.0.1:9000/
  --allow-replays    accept liveness images again in another session, for tests whose camera is a looping video
";

/// What is done for IDnGO instead of serving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdngoTask {
    /// An app token for a client of this name.
    AddApp(String),
    /// A person's decision on an applicant: whether it is approved.
    Review(String, bool),
    /// The e-mails, to the standard output.
    Outbox,
}

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// In a SQLite file in this folder.
    Directory(PathBuf),
    /// In the PostgreSQL database at this address.
    Database(String),
    /// In memory.
    Memory,
}

/// Where images and other files are kept, if not in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Images {
    /// In this folder.
    Folder(PathBuf),
    /// In the bucket at this address.
    Bucket(String),
}

impl From<String> for Images {
    fn from(text: String) -> Self {
        if text.starts_with(s3::SCHEME) { Self::Bucket(text) } else { Self::Folder(text.into()) }
    }
}

/// The parsed command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where to keep everything.
    pub keep: Keep,
    /// How long a request may take, in seconds.
    pub request_timeout_s: u64,
    /// Where images and other files are kept, if not in the database.
    pub images: Option<Images>,
    /// Whether to print the audit log.
    pub audit: bool,
    /// Port, 0 for a free one.
    pub port: u16,
    /// Address to listen on.
    pub host: IpAddr,
    /// Folder of the models.
    pub models: Option<PathBuf>,
    /// Folder of the page.
    pub www: Option<PathBuf>,
    /// Folder of the package.
    pub pkg: Option<PathBuf>,
    /// Whether to seed the demo.
    pub demo: bool,
    /// Whether to fill the store with invented data.
    pub seed: bool,
    /// Requests per second and client, where it is not the usual.
    pub rate: Option<u32>,
    /// A client to make.
    pub add_client: Option<String>,
    /// An organization to make.
    pub add_organization: Option<String>,
    /// Something to do for IDnGO.
    pub idngo: Option<IdngoTask>,
    /// Days of its subscription.
    pub days: u32,
    /// Attempts of its subscription.
    pub attempts: u32,
    /// Other origins whose pages may call.
    pub allowed_origins: Vec<HeaderValue>,
    /// Whether pages must use Trusted Types.
    pub trusted_types: bool,
    /// Whether tests may order faults.
    pub faults: bool,
    /// Whether a proxy reports callers' addresses.
    pub trust_proxy: bool,
    /// Whether webhooks may have addresses inside.
    pub webhook_allow_private: bool,
    /// Whether liveness images may come again.
    pub allow_replays: bool,
}

/// Parses the arguments after the program's name, beside the environment's `DATABASE_URL`; `None` for `--help`.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn parse(
    arguments: impl IntoIterator<Item = String>,
    database_url: Option<String>,
) -> Result<Option<Options>, String> {
    let mut options = Options {
        keep: Keep::Memory,
        request_timeout_s: 120,
        images: None,
        audit: false,
        port: 8080,
        host: IpAddr::from([127, 0, 0, 1]),
        models: None,
        www: None,
        pkg: None,
        demo: false,
        seed: false,
        rate: None,
        add_client: None,
        add_organization: None,
        idngo: None,
        days: 365,
        attempts: 1000,
        allowed_origins: Vec::new(),
        trusted_types: false,
        faults: false,
        trust_proxy: false,
        webhook_allow_private: false,
        allow_replays: false,
    };
    let mut keep = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{name}` needs a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--data" => keep.push(Keep::Directory(value()?.into())),
            "audit" => options.audit = true,
            "--request-timeout" => {
                options.request_timeout_s = value()?.parse().map_err(|_| "`--request-timeout` needs seconds")?;
            }
            "--images" => options.images = Some(value()?.into()),
            "--database-url" => keep.push(Keep::Database(value()?)),
            "--ephemeral" => keep.push(Keep::Memory),
            "--port" => options.port = value()?.parse().map_err(|_| "`--port` needs a number from 0 to 65535")?,
            "--host" => options.host = value()?.parse().map_err(|_| "`--host` needs an IP address, as 127.0.0.1")?,
            "--models" => options.models = Some(value()?.into()),
            "--www" => options.www = Some(value()?.into()),
            "--pkg" => options.pkg = Some(value()?.into()),
            "--demo" => options.demo = true,
            "--seed" if value()? == "demo" => options.seed = true,
            "--seed" => return Err("`--seed` knows `demo` alone".into()),
            "--rate" => {
                let rate = value()?.parse().ok().filter(|rate| *rate > 0);
                options.rate = Some(rate.ok_or("`--rate` needs a whole number above 0")?);
            }
            "--add-client" => options.add_client = Some(client_id(value()?)?),
            "--add-organization" => options.add_organization = Some(client_id(value()?)?),
            "--add-idngo" => options.idngo = Some(IdngoTask::AddApp(client_id(value()?)?)),
            "--review" => {
                let applicant = value()?;
                let approved = match value()?.as_str() {
                    "GREEN" => true,
                    "RED" => false,
                    _ => return Err("`--review` needs an applicant and GREEN or RED".into()),
                };
                options.idngo = Some(IdngoTask::Review(applicant, approved));
            }
            "outbox" => options.idngo = Some(IdngoTask::Outbox),
            "--days" => options.days = value()?.parse().map_err(|_| "`--days` needs a whole number")?,
            "--attempts" => options.attempts = value()?.parse().map_err(|_| "`--attempts` needs a whole number")?,
            "--allow-origin" => options.allowed_origins.push(origin(&value()?)?),
            "--trusted-types" => options.trusted_types = true,
            "--faults" => options.faults = true,
            "--trust-proxy" => options.trust_proxy = true,
            "--webhook-allow-private" => options.webhook_allow_private = true,
            "--allow-replays" => options.allow_replays = true,
            other => return Err(format!("unknown option `{other}`: see --help")),
        }
    }
    if keep.is_empty() {
        keep.extend(database_url.map(Keep::Database));
    }
    options.keep = match (keep.pop(), keep.is_empty()) {
        (Some(one), true) => one,
        (Some(_), false) => return Err("`--data`, `--database-url` and `--ephemeral` exclude each other".into()),
        (None, _) => {
            return Err("say where to keep the data: `--data DIR`, `--database-url URL`, or `--ephemeral`".into());
        }
    };
    let made = [("--add-client", &options.add_client), ("--add-organization", &options.add_organization)];
    if options.idngo.is_some() && options.keep == Keep::Memory {
        return Err("a task of IDnGO needs a place that outlives the command, as `--data DIR`".into());
    }
    match made.iter().find(|(_, id)| id.is_some() && options.keep == Keep::Memory) {
        Some((option, _)) => Err(format!("`{option}` needs a place that outlives the command, as `--data DIR`")),
        None => Ok(Some(options)),
    }
}

/// A client id goes into a header: visible ASCII, and no colon, which HTTP Basic keeps for itself.
fn client_id(text: String) -> Result<String, String> {
    let fits = !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if fits { Ok(text) } else { Err("an id has 1 to 64 visible ASCII characters and no colon".into()) }
}

/// An origin as a browser sends it (RFC 6454 section 6.2): scheme, host, and a port that is not the scheme's own.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let fits = ["http://", "https://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|host| {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
        })
    });
    match HeaderValue::from_str(text) {
        Ok(value) if fits => Ok(value),
        _ => Err("`--allow-origin` needs an origin without a path, as http://localhost:3000".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(line: &str) -> Result<Option<Options>, String> {
        parse(line.split_whitespace().map(str::to_owned), None)
    }

    #[test]
    fn reads_the_documented_options() {
        let options = parse_words(
            "--demo --port 0 --host ::1 --data d --www w --pkg p --models m --allow-origin http://[::1]:3000",
        )
        .unwrap()
        .unwrap();
        assert_eq!((options.port, options.demo, options.keep), (0, true, Keep::Directory("d".into())));
        assert!(options.host.is_ipv6());
        let task = |line| parse_words(line).unwrap().unwrap().idngo.unwrap();
        assert_eq!(task("outbox --data d"), IdngoTask::Outbox);
        assert_eq!(task("--data d --review a RED"), IdngoTask::Review("a".into(), false));
        assert_eq!(task("--data d --add-idngo bank"), IdngoTask::AddApp("bank".into()));
        let images = |line| parse_words(line).unwrap().unwrap().images.unwrap();
        assert_eq!(images("--data d --images i"), Images::Folder("i".into()));
        assert_eq!(images("--data d --images s3://b/p"), Images::Bucket("s3://b/p".into()));
        assert_eq!(parse_words("--help").unwrap(), None);
    }

    #[test]
    fn an_option_comes_before_the_environment() {
        let keep = |line: &str| {
            let words = line.split_whitespace().map(str::to_owned);
            parse(words, Some("postgres://b".to_owned())).unwrap().unwrap().keep
        };
        assert_eq!(keep(""), Keep::Database("postgres://b".to_owned()));
        assert_eq!(keep("--database-url postgres://a"), Keep::Database("postgres://a".to_owned()));
        assert_eq!(keep("--ephemeral"), Keep::Memory);
    }

    #[test]
    fn refuses_with_a_sentence() {
        for line in [
            "",
            "--port x --ephemeral",
            "--port",
            "--data d --ephemeral",
            "--data d --database-url postgres://a",
            "--ephemeral --verbose",
            "--ephemeral --host home",
            "--ephemeral --add-client a",
            "--ephemeral --add-organization a",
            "--ephemeral --add-idngo a",
            "--ephemeral outbox",
            "--data d --review a",
            "--data d --review a YELLOW",
            "--data d --add-organization a --days soon",
            "--data d --add-client a:b",
            "--ephemeral --seed other",
            "--ephemeral --rate 0",
            "--ephemeral --allow-origin *",
            "--ephemeral --allow-origin http://localhost:3000/",
        ] {
            assert!(!parse_words(line).unwrap_err().is_empty(), "{line}");
        }
    }
}
