//! One person's whole onboarding, as an integrator's backend and a page do it.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::Rgb;
use kyc_specimen::document;
use kyc_specimen::encode::jpeg;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};

use super::{Http, Reply, http};

/// What a person shows: the same for all, since only the work of the server counts here.
pub(crate) struct Shown {
    pub front: Vec<u8>,
    pub frames: Vec<String>,
}

impl Shown {
    pub(crate) fn new() -> Self {
        let page = document::passport(&Person::invented(7, false));
        let front = jpeg(&scene::with_document((1280, 720), &page, &Pose::default()));
        let face = scene::with_face((480, 360));
        let frame = |i: u8| {
            let mut frame = face.clone();
            (0..16).for_each(|x| frame.put_pixel(x, 0, Rgb([0, i * 60, 128])));
            STANDARD.encode(jpeg(&frame))
        };
        Self { front, frames: (0..3).map(frame).collect() }
    }
}

/// What is said in a flow; nothing of it may be found in a log.
pub(crate) const PLACE: (&str, &str) = ("43.238949", "76.889709");

/// A flow under way, and how long each of its requests took.
pub(crate) struct Flow {
    pub page: Http,
    pub backend: Http,
    pub id: String,
    pub took: Vec<(&'static str, Duration)>,
    /// How often the verdict was not there yet.
    pub asked_again: usize,
}

/// One attempt at finalization; an error where the connection ends.
pub(crate) fn finalize(page: &Http, id: &str) -> Result<Reply, ureq::Error> {
    let body = json!({ "session_id": id }).to_string().into_bytes();
    page.try_send("POST", "/idv/sdk/finalize", Some(("application/json", body)))
}

/// How long the server says to wait, where it is busy.
pub(crate) fn to_wait(reply: &Reply) -> Option<Duration> {
    let busy = (reply.status == 503).then(|| reply.header("retry-after")).flatten()?;
    Some(Duration::from_secs(busy.parse().unwrap()))
}

impl Flow {
    /// A session of a client, and a token for its page.
    pub(crate) fn begin(url: &str, client: &str, secret: &str) -> Self {
        let form = format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
        let mut took = Vec::new();
        let token =
            |form: &str| http(url).form("/oauth2/token", form).ok()["access_token"].as_str().unwrap().to_owned();
        let caller =
            |token: &str| http(url).header("authorization", &format!("Bearer {token}")).header("x-client-id", client);
        let backend = timed(&mut took, "token", || caller(&token(&form)));
        let made = timed(&mut took, "session create", || backend.json("/idv/session/create", json!({})).ok());
        let id = made["session_id"].as_str().unwrap().to_owned();
        let page = timed(&mut took, "token", || caller(&token(&format!("{form}&scope=session:{id}"))));
        Self { page, backend, id, took, asked_again: 0 }
    }

    /// Everything that comes before finalization.
    pub(crate) fn give(&mut self, shown: &Shown) {
        let id = self.id.clone();
        self.json("consent", "/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
        let declared = json!({ "session_id": id, "document_type_e": "passport" });
        self.json("document type", "/idv/sdk/document/type/update", declared).ok();
        self.upload(&shown.front).ok();
        let (latitude, longitude): (f64, f64) = (PLACE.0.parse().unwrap(), PLACE.1.parse().unwrap());
        let body = json!({ "session_id": id, "latitude": latitude, "longitude": longitude, "images": shown.frames });
        self.json("liveness", "/idv/sdk/liveness/session/process", body).ok();
    }

    pub(crate) fn upload(&mut self, front: &[u8]) -> Reply {
        let parts: [(&str, &[u8]); 4] = [
            ("session_id", self.id.as_bytes()),
            ("latitude", PLACE.0.as_bytes()),
            ("longitude", PLACE.1.as_bytes()),
            ("image", front),
        ];
        timed(&mut self.took, "front", || self.page.multipart("/idv/sdk/document/front/add", &parts))
    }

    /// Asks for the verdict until it is there, as `Retry-After` says: the time is that of all attempts.
    pub(crate) fn finalize(&mut self) -> Value {
        let began = Instant::now();
        loop {
            let reply = finalize(&self.page, &self.id).unwrap();
            if let Some(wait) = to_wait(&reply) {
                self.asked_again += 1;
                std::thread::sleep(wait);
                continue;
            }
            self.took.push(("finalize", began.elapsed()));
            return reply.ok();
        }
    }

    pub(crate) fn read(&mut self) -> Value {
        let body = json!({ "session_id": self.id });
        timed(&mut self.took, "session read", || self.backend.json("/idv/session/read", body).ok())
    }

    fn json(&mut self, name: &'static str, path: &str, body: Value) -> Reply {
        timed(&mut self.took, name, || self.page.json(path, body))
    }
}

fn timed<T>(took: &mut Vec<(&'static str, Duration)>, name: &'static str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    took.push((name, began.elapsed()));
    result
}
