//! The command `kyc-sandbox`.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use kyc_capture::api::idngo::enums::Answer;
use kyc_sandbox::cli::{self, IdngoTask, Images, Keep, Options};
use kyc_sandbox::clock::{Clock, iso8601};
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::idngo::{complete_review, levels};
use kyc_sandbox::models::Models;
use kyc_sandbox::random;
use kyc_sandbox::seed;
use kyc_sandbox::server;
use kyc_sandbox::state::App;
use kyc_sandbox::store::audit::{self, Request};
use kyc_sandbox::store::blob_store::{BlobStore, Folder};
use kyc_sandbox::store::error::StoreError;
use kyc_sandbox::store::idngo::{self, DEMO_APP_TOKEN, DEMO_SECRET_KEY, records};
use kyc_sandbox::store::organizations::{self, DEMO_API_KEY, GBDFL, MRZ, PERSONS, Subscription};
use kyc_sandbox::store::s3::Bucket;
use kyc_sandbox::store::{Store, clients};
use tokio::net::TcpListener;

/// The client that `--demo` seeds. Its sessions outlive a restart; its secret is new at each start.
const DEMO_CLIENT: &str = "demo";

fn main() -> ExitCode {
    let options = match cli::parse(std::env::args().skip(1), std::env::var("DATABASE_URL").ok()) {
        Ok(options) => options,
        Err(error) => error.exit(),
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("kyc-sandbox: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let store = match &options.keep {
        Keep::Directory(directory) => Store::open(directory)?,
        Keep::Database(url) => Store::open_url(url)?,
        Keep::Memory => Store::in_memory()?,
    };
    if options.audit() {
        return print_audit(&store);
    }
    let images: Option<Arc<dyn BlobStore>> = match &options.images {
        Some(Images::Folder(directory)) => Some(Arc::new(Folder::open(directory)?)),
        Some(Images::Bucket(url)) => Some(Arc::new(Bucket::open(url)?)),
        None => None,
    };
    let store = match images {
        Some(place) => {
            store.keep_content_in(place).map_err(|_| "the images that an earlier run left cannot be swept")?
        }
        None => store,
    };
    if let Some(client_id) = &options.add_client {
        return add_client(&store, client_id, Some(&options.allowed_origins));
    }
    if let Some(name) = &options.add_organization {
        let key = random::api_key().map_err(|_| "no random bytes")?;
        add_organization(&store, name, &key, options.days, options.attempts)?;
        println!("organization: {name}");
        println!("api key: {key}");
        return Ok(());
    }
    if let Some(task) = &options.idngo {
        return idngo_task(&store, task);
    }
    let models = Models::load(options.models.as_deref())?;
    for line in models.describe() {
        println!("model {line}");
    }
    let demo_client_id = options.demo.then(|| DEMO_CLIENT.to_owned());
    if let Some(client_id) = &demo_client_id {
        add_client(&store, client_id, None)?;
        add_organization(&store, client_id, DEMO_API_KEY, options.days, options.attempts)?;
        println!("organization api key: {DEMO_API_KEY}");
        add_idngo(&store, client_id, DEMO_APP_TOKEN, DEMO_SECRET_KEY)?;
    }
    let mut config = Config {
        www: options.www,
        pkg: options.pkg,
        demo_client_id,
        faults: options.faults,
        replays_allowed: options.allow_replays,
        allowed_origins: options.allowed_origins,
        trusted_types: options.trusted_types,
        request_timeout: Duration::from_secs(options.request_timeout_s),
        trust_proxy: options.trust_proxy,
        webhook_allow_private: options.webhook_allow_private,
        ..Config::default()
    };
    if let Some(per_second) = options.rate {
        config.rate = Rate { burst: per_second.saturating_mul(6), per_second };
    }
    let app = App::new(config, store, models);
    tokio::runtime::Runtime::new()?.block_on(async {
        if options.seed.is_some() {
            let seeded = seed::demo(&app).await.map_err(|_| "the store cannot be seeded")?;
            for line in seeded.lines {
                println!("{line}");
            }
        }
        let listener = TcpListener::bind((options.host, options.port)).await?;
        println!("ready: http://{}/", listener.local_addr()?);
        server::serve(listener, app, interrupted()).await?;
        Ok(())
    })
}

/// Prints the audit log, oldest first, its columns between tabs.
fn print_audit(store: &Store) -> Result<(), Box<dyn Error>> {
    const PAGE: u32 = 1_000;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut last = 0;
    loop {
        let page = store.run_blocking(|c| Ok(audit::read(c, last, PAGE)?)).map_err(|_| "the log cannot be read")?;
        let Some(end) = page.last() else { break };
        last = end.id;
        for entry in &page {
            writeln!(out, "{}\t{}\t{}\t{}", iso8601(entry.at_ms), entry.who, entry.action, entry.subject)?;
        }
    }
    Ok(out.flush()?)
}

/// Makes a client, or gives it a new secret, and prints both: the only time that the secret is seen.
fn add_client(store: &Store, client_id: &str, origins: Option<&[HeaderValue]>) -> Result<(), Box<dyn Error>> {
    let text = |origin: &HeaderValue| Ok(origin.to_str()?.to_owned());
    let origins = origins.map(|all| all.iter().map(text).collect::<Result<Vec<_>, Box<dyn Error>>>()).transpose()?;
    let secret = random::secret().map_err(|_| "no random bytes")?;
    let now_ms = Clock::default().now_ms();
    let added = store.run_for(Some(Arc::new(Request::of_operator("add client"))), |c| {
        match origins {
            Some(_) => clients::renew(c, client_id, &secret, now_ms)?,
            // The demo has a new secret at each start; its pages go on.
            None => clients::add(c, client_id, &secret, now_ms)?,
        }
        origins.map_or(Ok(()), |origins| clients::set_origins(c, client_id, &origins))
    });
    added.map_err(|_| "the client cannot be stored")?;
    println!("client id: {client_id}");
    println!("client secret: {secret}");
    Ok(())
}

/// Makes an organization with all technologies, subscribed from now on.
fn add_organization(store: &Store, name: &str, key: &str, days: u32, attempts: u32) -> Result<(), Box<dyn Error>> {
    const DAY_MS: i64 = 86_400_000;
    let now_ms = Clock::default().now_ms();
    let subscription =
        Subscription { starts_ms: now_ms, ends_ms: now_ms + i64::from(days) * DAY_MS, max_attempts: attempts };
    let added = store.run_for(Some(Arc::new(Request::of_operator("add organization"))), |c| -> Result<_, StoreError> {
        organizations::add(c, name, key, now_ms)?;
        for technology in [MRZ, PERSONS, GBDFL] {
            organizations::allow(c, name, technology)?;
            organizations::subscribe(c, name, technology, (days > 0).then_some(&subscription))?;
        }
        Ok(())
    });
    Ok(added.map_err(|_| "the organization cannot be stored")?)
}

/// Does something for IDnGO.
fn idngo_task(store: &Store, task: &IdngoTask) -> Result<(), Box<dyn Error>> {
    match task {
        IdngoTask::AddApp(name) => {
            let no_bytes = |_| "no random bytes";
            let token = format!("app:{}", random::token(24).map_err(no_bytes)?);
            let secret_key = random::api_key().map_err(no_bytes)?;
            add_idngo(store, name, &token, &secret_key)
        }
        IdngoTask::Review(applicant, approved) => {
            let answer = if *approved { Answer::Green } else { Answer::Red };
            let now_ms = Clock::default().now_ms();
            let decided = store.run_for(None, |c| complete_review::moderate(c, applicant, &answer, now_ms));
            match decided.map_err(|_| "the decision cannot be stored")? {
                true => Ok(()),
                false => Err("there is no such applicant under review".into()),
            }
        }
        IdngoTask::Outbox => {
            let (mut last, mut count) = (None, 0);
            loop {
                let page = store.run_blocking(|c| records::outbox(c, last.as_ref()));
                let mut mails = page.map_err(|_| "the outbox cannot be read")?;
                mails.iter().for_each(|mail| println!("{}", mail.message));
                count += mails.len();
                last = mails.pop();
                if last.is_none() {
                    eprintln!("{count} message(s)");
                    return Ok(());
                }
            }
        }
    }
}

/// Makes an app token of IDnGO, or gives it a new secret key, and prints both: the only time that the key is seen.
fn add_idngo(store: &Store, name: &str, token: &str, secret_key: &str) -> Result<(), Box<dyn Error>> {
    let now_ms = Clock::default().now_ms();
    let added = store.run_blocking(|c| idngo::add_app(c, name, token, secret_key, &levels::standard(now_ms)?, now_ms));
    added.map_err(|_| "the app token cannot be stored")?;
    println!("idngo app token: {token}");
    println!("idngo secret key: {secret_key}");
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a signal to wait for, the server ends with its process.
        std::future::pending::<()>().await;
    }
}
