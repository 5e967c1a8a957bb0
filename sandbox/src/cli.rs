//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::HeaderValue;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, ValueEnum};

use crate::store::s3;

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
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = "kyc-sandbox",
    about = "A self-hosted server of the documented KYC API, for development and tests",
    max_term_width = 120
)]
pub struct Options {
    /// Where to keep everything.
    #[arg(skip = Keep::Memory)]
    pub keep: Keep,
    /// Something to do for IDnGO.
    #[arg(skip)]
    pub idngo: Option<IdngoTask>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    request: Request,
    /// Give up a request after so many seconds.
    #[arg(long = "request-timeout", value_name = "SECONDS", default_value_t = 120)]
    pub request_timeout_s: u64,
    /// Keep images and other files in this folder, or in the bucket `s3://BUCKET/PREFIX`, instead of the database. For
    /// a bucket AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and AWS_ALLOW_HTTP count.
    #[arg(long, value_name = "DIR|URL")]
    pub images: Option<Images>,
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Models for finalization: DIR/mrz.kycm, DIR/face.kycm, DIR/match.kycm.
    #[arg(long, value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Serve the page in DIR at /.
    #[arg(long, value_name = "DIR")]
    pub www: Option<PathBuf>,
    /// Serve the built package in DIR at /pkg/.
    #[arg(long, value_name = "DIR")]
    pub pkg: Option<PathBuf>,
    /// Seed a demo client and answer /demo/...: whoever reaches the server may then make sessions.
    #[arg(long)]
    pub demo: bool,
    /// Fill the store with invented data, once: clients, sessions, persons; prints their secrets, once.
    #[arg(long)]
    pub seed: Option<Seed>,
    /// Requests per second and client; 50 if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// Make a client, or give it a new secret; prints the secret, and ends.
    #[arg(long, value_name = "ID", value_parser = client_id)]
    pub add_client: Option<String>,
    /// Make an organization that may use MRZ, Persons and GBDFL, or give it a new API key; prints the key, and ends.
    #[arg(long, value_name = "NAME", value_parser = client_id)]
    pub add_organization: Option<String>,
    /// For how many days from now the organization has a subscription; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub days: u32,
    /// For how many images, persons and subjects.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub attempts: u32,
    /// Let pages of this origin call the server, as http://localhost:3000; may be repeated; with --add-client, let them
    /// call in the name of this client alone.
    #[arg(long = "allow-origin", value_name = "URL", value_parser = origin)]
    pub allowed_origins: Vec<HeaderValue>,
    /// Pages must use Trusted Types for script.
    #[arg(long)]
    pub trusted_types: bool,
    /// Let tests order faults at POST /__faults.
    #[arg(long)]
    pub faults: bool,
    /// A proxy is in front of the server: take callers' addresses from the last X-Forwarded-For.
    #[arg(long)]
    pub trust_proxy: bool,
    /// Let webhooks have addresses inside of this network, as http://127.0.0.1:9000/.
    #[arg(long)]
    pub webhook_allow_private: bool,
    /// Accept liveness images again in another session, for tests whose camera is a looping video.
    #[arg(long)]
    pub allow_replays: bool,
}

/// Where everything is kept, as given.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[group(multiple = false)]
struct Place {
    /// Keep everything in DIR/sandbox.sqlite3.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep everything in a PostgreSQL database, as postgres://user:password@host/name. Without any of the three, the
    /// environment's DATABASE_URL counts, which other users of the machine do not see.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Keep everything in memory, until the server ends.
    #[arg(long)]
    ephemeral: bool,
}

/// What is done instead of serving, as given.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[group(multiple = false)]
struct Request {
    /// outbox: print the e-mails that were written to applicants, and end. audit: print the audit log, and end.
    #[arg(value_enum)]
    task: Option<Task>,
    /// Make an app token with its secret key for IDnGO; prints both, and ends.
    #[arg(long, value_name = "NAME", value_parser = client_id)]
    add_idngo: Option<String>,
    /// Decide, as a person of IDnGO would, an applicant that is under review (GREEN or RED), and end.
    #[arg(long, num_args = 2, value_names = ["APPLICANT", "GREEN|RED"])]
    review: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Task {
    Outbox,
    Audit,
}

/// What the store can be filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Seed {
    /// Invented clients, sessions and persons.
    Demo,
}

impl Options {
    /// Whether to print the audit log.
    pub fn audit(&self) -> bool {
        self.request.task == Some(Task::Audit)
    }

    /// Resolves what several arguments say together. `database_url`: the environment's.
    fn resolve(mut self, database_url: Option<String>) -> Result<Self, clap::Error> {
        self.keep = match (self.place.data.clone(), self.place.database_url.clone()) {
            (Some(folder), _) => Keep::Directory(folder),
            (None, Some(url)) => Keep::Database(url),
            (None, None) if self.place.ephemeral => Keep::Memory,
            (None, None) => Keep::Database(database_url.ok_or_else(|| {
                usage("say where to keep the data: `--data DIR`, `--database-url URL`, or `--ephemeral`")
            })?),
        };
        self.idngo = match &self.request {
            Request { task: Some(Task::Outbox), .. } => Some(IdngoTask::Outbox),
            Request { add_idngo: Some(name), .. } => Some(IdngoTask::AddApp(name.clone())),
            Request { review: Some(words), .. } => match words.as_slice() {
                [applicant, word] if word == "GREEN" || word == "RED" => {
                    Some(IdngoTask::Review(applicant.clone(), word == "GREEN"))
                }
                _ => return Err(usage("`--review` needs an applicant and GREEN or RED")),
            },
            _ => None,
        };
        let lasting = [
            ("a task of IDnGO", self.idngo.is_some()),
            ("`--add-client`", self.add_client.is_some()),
            ("`--add-organization`", self.add_organization.is_some()),
        ];
        match lasting.iter().find(|(_, given)| *given && self.keep == Keep::Memory) {
            Some((what, _)) => Err(usage(&format!("{what} needs a place that outlives the command, as `--data DIR`"))),
            None => Ok(self),
        }
    }
}

fn usage(sentence: &str) -> clap::Error {
    Options::command().error(ErrorKind::MissingRequiredArgument, sentence)
}

/// Parses the arguments after the program's name, beside the environment's `DATABASE_URL`.
///
/// # Errors
/// Returns the error to print for the person at the terminal, or the help.
pub fn parse(
    arguments: impl IntoIterator<Item = String>,
    database_url: Option<String>,
) -> Result<Options, clap::Error> {
    let name = "kyc-sandbox".to_owned();
    Options::try_parse_from([name].into_iter().chain(arguments))?.resolve(database_url)
}

/// A client id goes into a header: visible ASCII, and no colon, which HTTP Basic keeps for itself.
fn client_id(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if fits { Ok(text.to_owned()) } else { Err("an id has 1 to 64 visible ASCII characters and no colon".into()) }
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

    fn parse_words(line: &str) -> Result<Options, clap::Error> {
        parse(line.split_whitespace().map(str::to_owned), None)
    }

    #[test]
    fn reads_the_documented_options() {
        let options = parse_words(
            "--demo --port 0 --host ::1 --data d --www w --pkg p --models m --allow-origin http://[::1]:3000",
        )
        .unwrap();
        assert_eq!((options.port, options.demo, options.keep), (0, true, Keep::Directory("d".into())));
        assert!(options.host.is_ipv6());
        let task = |line| parse_words(line).unwrap().idngo.unwrap();
        assert_eq!(task("outbox --data d"), IdngoTask::Outbox);
        assert_eq!(task("--data d --review a RED"), IdngoTask::Review("a".into(), false));
        assert_eq!(task("--data d --add-idngo bank"), IdngoTask::AddApp("bank".into()));
        let images = |line| parse_words(line).unwrap().images.unwrap();
        assert_eq!(images("--data d --images i"), Images::Folder("i".into()));
        assert_eq!(images("--data d --images s3://b/p"), Images::Bucket("s3://b/p".into()));
        assert_eq!(parse_words("--help").unwrap_err().kind(), ErrorKind::DisplayHelp);
        assert!(parse_words("audit --data d").unwrap().audit());
        assert_eq!(parse_words("--ephemeral --seed demo").unwrap().seed, Some(Seed::Demo));
    }

    #[test]
    fn an_option_comes_before_the_environment() {
        let keep = |line: &str| {
            let words = line.split_whitespace().map(str::to_owned);
            parse(words, Some("postgres://b".to_owned())).unwrap().keep
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
            assert!(parse_words(line).unwrap_err().exit_code() == 2, "{line}");
        }
    }
}
