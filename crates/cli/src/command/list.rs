//! Lists: every page of one, put together.

use axum::http::Method;
use serde_json::Value;

use crate::exit::Fault;
use crate::transport::{Transport, escaped};

/// Items of a page.
const PAGE: usize = 200;

/// Pages that one command reads at most: a hundred thousand items. Programs page by themselves.
const MAX_PAGES: usize = 500;

/// All items of a list; its path may have a query.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn all(api: &mut Transport, path: &str) -> Result<Vec<Value>, Fault> {
    let (mut items, mut after) = (Vec::new(), String::new());
    let mark = if path.contains('?') { '&' } else { '?' };
    for _ in 0..MAX_PAGES {
        let page = format!("{path}{mark}limit={PAGE}{after}");
        let mut page = api.ask(Method::GET, &page, None).await?;
        if let Some(Value::Array(more)) = page.get_mut("items").map(Value::take) {
            items.extend(more);
        }
        let next = match page.get("next") {
            Some(Value::String(next)) => next.clone(),
            Some(Value::Number(next)) => next.to_string(),
            Some(_) | None => return Ok(items),
        };
        after = format!("&after={}", escaped(&next));
    }
    Ok(items)
}
