//! A server that speaks S3 over HTTP, as a thread of the test: every request's signature is checked, objects are files.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kyc_sandbox::store::s3::{Bucket, BucketError};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::ClientConfigKey;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt;

pub(crate) const KEY_ID: &str = "AKIDOFTHETESTS";
pub(crate) const SECRET_KEY: &str = "secret/key+of+the+tests";
pub(crate) const BUCKET: &str = "images";

/// A server with one bucket, gone with its objects when dropped.
pub(crate) struct S3 {
    pub root: PathBuf,
    address: SocketAddr,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl S3 {
    pub(crate) fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("s3-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join(BUCKET)).unwrap();
        let mut server = Self { root, address: SocketAddr::from(([127, 0, 0, 1], 0)), running: None };
        server.go_on();
        server
    }

    /// Starts it again where it was.
    pub(crate) fn go_on(&mut self) {
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&self.root).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET_KEY));
        let service = builder.build();
        let address = self.address;
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind(address).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let router = axum::Router::new().fallback(move |request| answer(service.clone(), request));
                tokio::select! { done = axum::serve(listener, router) => done.unwrap(), _ = stopped => {} }
            });
        });
        self.address = told.recv().unwrap();
        self.running = Some((stop, thread));
    }

    /// Ends it, with all its connections.
    pub(crate) fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            thread.join().unwrap();
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the environment of a program says to reach it.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ]
    }

    pub(crate) fn settings(&self) -> AmazonS3Builder {
        AmazonS3Builder::new()
            .with_access_key_id(KEY_ID)
            .with_secret_access_key(SECRET_KEY)
            .with_region("eu-central-1")
            .with_endpoint(self.endpoint())
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp), "true")
    }

    pub(crate) fn bucket(&self, prefix: &str) -> Result<Bucket, BucketError> {
        Bucket::with(self.settings(), &format!("s3://{BUCKET}/{prefix}"))
    }

    /// The contents of all objects below a prefix.
    pub(crate) fn contents(&self, prefix: &str) -> Vec<Vec<u8>> {
        let Ok(entries) = std::fs::read_dir(self.root.join(BUCKET).join(prefix)) else { return Vec::new() };
        let mut all: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| std::fs::read(path).unwrap())
            .collect();
        all.sort();
        all
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

/// A prefix below which it says, as a bucket that keeps versions does, which version it wrote.
pub(crate) const VERSIONED: &str = "versioned";

async fn answer(service: S3Service, request: Request) -> axum::response::Response {
    let versioned = request.uri().path().contains(VERSIONED);
    match service.oneshot(request).await {
        Ok(reply) => {
            let mut reply = reply.map(Body::new).into_response();
            if versioned {
                reply.headers_mut().insert("x-amz-version-id", axum::http::HeaderValue::from_static("v1"));
            }
            reply
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
