//! The pages: how they look, what is in them, and what cannot get in.

mod control;
mod fault;
mod hostile;
mod shape;
mod snapshot;

use symbolon_web::Page;
use symbolon_web::sample::{self, Sample};

/// The sample of this name, below an issuer without a path.
fn sampled(name: &str) -> Page {
    let found = sample::all("").into_iter().find(|one| one.name == name);
    found.expect(name).page
}

/// Holds a claim against all samples, below an issuer with a path.
fn each(claim: impl FnMut(&Sample)) {
    sample::all("/realm").iter().for_each(claim);
}

/// What stands between the first `open` and the next `close`.
fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let (_, rest) = text.split_once(open).expect(open);
    rest.split_once(close).expect(close).0
}

/// Every value of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let open = format!(" {attribute}=\"");
    let after = html.split(&open).skip(1);
    after.filter_map(|rest| rest.split('"').next()).collect()
}
