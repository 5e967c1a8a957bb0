//! Lists in pages: the order is total, pages meet without gap and overlap, and counts are those of all pages.

use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::sessions;
use serde_json::{Value, json};

use crate::support::{CLIENT, Server};

const COUNT: usize = 1_203;

#[test]
fn pages_of_many_sessions_meet_and_counts_are_of_all() {
    let config = Config { rate: Rate { burst: 100_000, per_second: 10_000 }, ..Config::default() };
    let server = Server::with(config, Models::default());
    let http = server.backend();
    let first = http.json("/idv/session/create", json!({ "metadata": { "shop": 1 } })).ok()["session_id"].clone();
    let first = first.as_str().unwrap().to_owned();
    let now_ms = server.app.clock.now_ms();
    // Many in the same millisecond, some that are over, every other with an entry of metadata.
    let made = server.app.store.run_blocking(|c| {
        let model = sessions::read(c, &first, CLIENT)?;
        let mut made = vec![(model.created_ms, first.clone())];
        for number in 0..COUNT - 1 {
            let mut session = model.clone();
            session.session_id = format!("00000000-0000-4000-8000-{number:012}");
            session.created_ms = model.created_ms - i64::try_from(number / 100).unwrap() * 1_000;
            session.expires_ms = if number % 3 == 0 { now_ms - 1 } else { model.expires_ms };
            if number % 2 == 0 {
                session.metadata.clear();
            }
            sessions::insert(c, &session)?;
            made.push((session.created_ms, session.session_id));
        }
        Ok(made)
    });
    let mut expected = made.unwrap();
    expected.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let list = |body: Value| http.json("/idv/session/list", body).ok();
    let paged = |filter: &Value, take: usize| {
        let mut found = Vec::new();
        loop {
            let mut body = filter.clone();
            body["take"] = json!(take);
            body["skip"] = json!(found.len());
            let reply = list(body);
            let page = reply["sessions"].as_array().unwrap();
            found.extend(page.iter().map(|session| session["session_id"].as_str().unwrap().to_owned()));
            if page.len() < take {
                assert_eq!(reply["meta_counts"]["total"], found.len());
                return found;
            }
        }
    };
    let all: Vec<_> = expected.iter().map(|(_, id)| id.clone()).collect();
    assert_eq!(paged(&json!({}), 500), all);
    assert_eq!(paged(&json!({ "metadata": {} }), 401), all, "by the other way of filtering");
    let expired = COUNT.div_ceil(3);
    for filter in [json!({ "take": 1 }), json!({ "take": 1, "metadata": {} })] {
        let counts = &list(filter.clone())["meta_counts"];
        assert_eq!((&counts["expired"], &counts["total"]), (&json!(expired), &json!(COUNT)), "{filter}");
        assert_eq!(counts["in_progress"], COUNT - expired, "{filter}");
    }
    for (status, count) in [("expired", expired), ("in_progress", COUNT - expired), ("complete", 0)] {
        let by_database = paged(&json!({ "status": status }), 300);
        assert_eq!(by_database.len(), count, "{status}");
        assert_eq!(paged(&json!({ "status": status, "metadata": {} }), 300), by_database, "{status}");
    }
    let with_entry = paged(&json!({ "metadata": { "shop": 1 } }), 250);
    assert_eq!(with_entry.len(), COUNT / 2 + 1);
    let order: Vec<_> = all.iter().filter(|id| with_entry.contains(id)).cloned().collect();
    assert_eq!(with_entry, order);
    assert_eq!(list(json!({ "skip": COUNT }))["sessions"], json!([]));
    let words = "a ".repeat(101);
    http.json("/idv/session/list", json!({ "search_term": words })).refused(422, "field_invalid", Some("search_term"));
    let users = json!({ "user_id": vec!["u"; 501] });
    http.json("/idv/session/list", users).refused(422, "field_invalid", Some("user_id"));
}
