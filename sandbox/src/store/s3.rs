//! Content in a bucket that speaks S3, through the crate `object_store`: one object for each id, below a prefix.

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::io;
use std::time::{Duration, SystemTime};

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{ClientConfigKey, HttpError, HttpErrorKind};
use object_store::path::Path;
use object_store::{BackoffConfig, Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutResult, RetryConfig};
use tokio::runtime::Runtime;

use super::blob_store::BlobStore;
use crate::random;

/// What an address begins with.
pub const SCHEME: &str = "s3://";

/// How long a connection may take to be made, one request, and all tries of it before the last: a transaction of the
/// database waits meanwhile.
const CONNECT: &str = "5 seconds";
const REQUEST: &str = "15 seconds";
const TRIES: Duration = Duration::from_secs(15);
const MAX_RETRIES: usize = 3;

/// A bucket, and the beginning of the names in it.
pub struct Bucket {
    bucket: AmazonS3,
    prefix: Path,
    /// Its own, since it is called on threads that may wait; taken when dropped.
    runtime: Option<Runtime>,
}

/// Why a bucket cannot be used. None of the words holds a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketError {
    /// The address is not `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    Address,
    /// Settings of the environment are missing or cannot be read.
    Settings,
    /// The endpoint has no TLS, and no one allowed that.
    Plain,
    /// No one answers at the endpoint, or not in time.
    NoAnswer,
    /// The server has no bucket of that name.
    NoBucket,
    /// The credentials are wrong, or may not list, write and delete.
    Denied,
    /// The bucket keeps what is removed from it.
    KeepsVersions,
    /// The server answers something else than S3 does.
    Refused,
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the address of the bucket is not of the form s3://BUCKET/PREFIX",
            Self::Settings => {
                "the settings of the bucket are incomplete: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, \
                 AWS_ENDPOINT_URL"
            }
            Self::Plain => "the endpoint of the bucket has no TLS: AWS_ALLOW_HTTP=true lets it be used",
            Self::NoAnswer => "the server of the bucket cannot be reached",
            Self::NoBucket => "the server has no such bucket",
            Self::Denied => "the bucket refuses these credentials: they must be let list, write and delete",
            Self::KeepsVersions => "the bucket keeps versions: what is removed from it would stay in it",
            Self::Refused => "the server of the bucket does not answer as S3 does",
        })
    }
}

impl std::error::Error for BucketError {}

impl Bucket {
    /// The bucket at `s3://BUCKET/PREFIX`, tried once. Credentials, region and another endpoint than Amazon's come from the
    /// environment, by the names that Amazon's own tools use: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_REGION`, `AWS_ENDPOINT_URL`; `AWS_ALLOW_HTTP=true` for an endpoint without TLS. Not for an async thread.
    ///
    /// # Errors
    /// [`BucketError`]
    pub fn open(url: &str) -> Result<Self, BucketError> {
        Self::with(AmazonS3Builder::from_env(), url)
    }

    /// As [`Bucket::open`], with settings of the caller's.
    ///
    /// # Errors
    /// [`BucketError`]
    pub fn with(settings: AmazonS3Builder, url: &str) -> Result<Self, BucketError> {
        let (name, prefix) = parts_of(url)?;
        let endpoint = settings.get_config_value(&AmazonS3ConfigKey::Endpoint).unwrap_or_default();
        let allowed = settings.get_config_value(&AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp));
        if endpoint.starts_with("http://") && allowed.as_deref() != Some("true") {
            return Err(BucketError::Plain);
        }
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: MAX_RETRIES, retry_timeout: TRIES };
        let bucket = settings
            .with_bucket_name(name)
            .with_retry(retry)
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ConnectTimeout), CONNECT)
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), REQUEST)
            .build()
            .map_err(|_| BucketError::Settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = Some(runtime.map_err(|_| BucketError::Settings)?);
        let opened = Self { bucket, prefix, runtime };
        opened.try_once()?;
        Ok(opened)
    }

    /// Does what will be asked of the bucket: lists, writes, removes.
    fn try_once(&self) -> Result<(), BucketError> {
        let credential = async { self.bucket.credentials().get_credential().await };
        self.wait(credential).map_err(|_| BucketError::Settings)?;
        let path = self.path_of(&random::uuid().map_err(|_| BucketError::Settings)?);
        let put: PutResult = self.wait(async {
            self.bucket.list_with_delimiter(Some(&path)).await?;
            let put = self.bucket.put(&path, b"is it writable?".to_vec().into()).await?;
            self.bucket.delete(&path).await?;
            Ok(put)
        })?;
        // S3 names the version in its answer; "null" is the one that is not kept.
        match put.version.as_deref() {
            None | Some("null") => Ok(()),
            Some(_) => Err(BucketError::KeepsVersions),
        }
    }

    fn path_of(&self, id: &str) -> Path {
        self.prefix.clone().join(id)
    }

    fn wait<T>(&self, work: impl Future<Output = object_store::Result<T>>) -> Result<T, BucketError> {
        let runtime = self.runtime.as_ref().ok_or(BucketError::NoAnswer)?;
        runtime.block_on(work).map_err(|e| reason_of(&e))
    }
}

/// The name of the bucket and the prefix.
fn parts_of(url: &str) -> Result<(&str, Path), BucketError> {
    let named = url.strip_prefix(SCHEME).ok_or(BucketError::Address)?;
    let (name, prefix) = named.split_once('/').unwrap_or((named, ""));
    // More is for the server to say.
    let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let prefix = Path::parse(prefix).map_err(|_| BucketError::Address)?;
    if fits { Ok((name, prefix)) } else { Err(BucketError::Address) }
}

/// Codes of S3's answers (Amazon S3 API reference, "List of error codes").
const CODES: [(&str, BucketError); 7] = [
    ("NoSuchBucket", BucketError::NoBucket),
    ("AccessDenied", BucketError::Denied),
    ("ExpiredToken", BucketError::Denied),
    ("InvalidToken", BucketError::Denied),
    ("NotSignedUp", BucketError::Denied),
    ("InvalidAccessKeyId", BucketError::Denied),
    ("SignatureDoesNotMatch", BucketError::Denied),
];

/// Without the error's own words, which hold addresses and what the server said.
fn reason_of(e: &Error) -> BucketError {
    match e {
        Error::NotFound { .. } => BucketError::NoBucket,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => BucketError::Denied,
        _ => {
            // Of some requests the crate reports no status; the code that S3 answered with is in its words.
            let words = e.to_string();
            let known = CODES.iter().find(|(code, _)| words.contains(&format!("<Code>{code}</Code>")));
            if let Some((_, reason)) = known {
                return *reason;
            }
            let mut cause = e.source();
            while let Some(inner) = cause {
                if let Some(http) = inner.downcast_ref::<HttpError>() {
                    return match http.kind() {
                        HttpErrorKind::Decode => BucketError::Refused,
                        _ => BucketError::NoAnswer,
                    };
                }
                cause = inner.source();
            }
            BucketError::Refused
        }
    }
}

impl From<BucketError> for io::Error {
    fn from(e: BucketError) -> Self {
        let kind = match e {
            BucketError::NoAnswer => io::ErrorKind::NotConnected,
            BucketError::NoBucket => io::ErrorKind::NotFound,
            BucketError::Denied => io::ErrorKind::PermissionDenied,
            BucketError::Address | BucketError::Settings | BucketError::Plain => io::ErrorKind::InvalidInput,
            BucketError::KeepsVersions | BucketError::Refused => io::ErrorKind::Other,
        };
        Self::new(kind, e)
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its settings hold a key.
        f.debug_struct("Bucket").finish_non_exhaustive()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Without waiting, which an async thread may not do.
            runtime.shutdown_background();
        }
    }
}

impl BlobStore for Bucket {
    fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        self.wait(self.bucket.put(&self.path_of(id), bytes.to_vec().into()))?;
        Ok(())
    }

    fn read(&self, id: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path_of(id);
        match self.wait(async { self.bucket.get(&path).await?.bytes().await }) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(BucketError::NoBucket) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    fn delete(&self, id: &str) -> io::Result<()> {
        match self.wait(self.bucket.delete(&self.path_of(id))) {
            Ok(()) | Err(BucketError::NoBucket) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// What is no id of this program's is another's, which shares the bucket.
    fn list(&self) -> io::Result<Vec<(String, SystemTime)>> {
        let listed = self.wait(self.bucket.list_with_delimiter(Some(&self.prefix)))?;
        let named = |object: ObjectMeta| {
            let id = object.location.filename().filter(|name| is_id(name))?;
            Some((id.to_owned(), object.last_modified.into()))
        };
        Ok(listed.objects.into_iter().filter_map(named).collect())
    }
}

/// Whether a name is of the form of [`random::uuid`].
fn is_id(name: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut parts = name.split('-');
    lengths.iter().all(|&length| {
        parts.next().is_some_and(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_others_refused() {
        for (url, name, prefix) in [
            ("s3://images", "images", ""),
            ("s3://images/", "images", ""),
            ("s3://images/kyc", "images", "kyc"),
            ("s3://my.images-1/kyc/test/", "my.images-1", "kyc/test"),
        ] {
            assert_eq!(parts_of(url), Ok((name, Path::from(prefix))), "{url}");
        }
        for url in ["", "s3://", "s3:///kyc", "https://images/", "s3://key:word@images/", "s3://images/../other"] {
            assert_eq!(parts_of(url), Err(BucketError::Address), "{url}");
        }
    }

    #[test]
    fn only_ids_of_this_program_are_its_own() {
        assert!(is_id(&random::uuid().unwrap()));
        for name in
            ["", "report.pdf", "0", "01234567-89ab-cdef-0123-456789abcde", "g1234567-89ab-cdef-0123-456789abcdef"]
        {
            assert!(!is_id(name), "{name}");
        }
    }

    #[test]
    fn what_is_missing_is_told_before_anything_is_asked() {
        let plain = AmazonS3Builder::new().with_endpoint("http://127.0.0.1:9");
        assert_eq!(Bucket::with(plain, "s3://images").err(), Some(BucketError::Plain));
        let half = AmazonS3Builder::new().with_access_key_id("key");
        assert_eq!(Bucket::with(half, "s3://images").err(), Some(BucketError::Settings));
        // No one on this machine gives it credentials.
        let none = AmazonS3Builder::new().with_metadata_endpoint("http://127.0.0.1:9");
        assert_eq!(Bucket::with(none, "s3://images").err(), Some(BucketError::Settings));
    }
}
