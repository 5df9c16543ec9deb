//! Pages of a list: by key, never by number, so that what is made or ended meanwhile moves nothing.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Items of a page where nobody says otherwise: a screen.
const DEFAULT: u32 = 50;

/// The most items of a page: below 1 MiB of clients.
const MOST: u32 = 200;

/// `limit`: from 1 to 200, 50 where it is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Limit(Option<u32>);

impl Limit {
    /// How many.
    ///
    /// # Errors
    /// 400 where it is 0 or too large.
    pub(crate) fn count(self) -> Result<u32, Problem> {
        match self.0 {
            None => Ok(DEFAULT),
            Some(count @ 1..=MOST) => Ok(count),
            Some(_) => {
                let detail = format!("limit is 1 to {MOST}");
                Err(Problem::bad("invalid_limit", detail))
            }
        }
    }
}

/// One page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Page<T> {
    /// The items, oldest first.
    items: Vec<T>,
    /// The `after` of the next page; null where this is the last.
    next: Option<String>,
}

impl<T> Page<T> {
    /// All there is, of a list that is short by its nature.
    pub(crate) fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self {
            items: items.into_iter().collect(),
            next: None,
        }
    }

    /// A page of what was found by asking for one more than `limit`; `key` names an item.
    pub(crate) fn of<I>(
        mut found: Vec<I>,
        limit: u32,
        key: impl Fn(&I) -> String,
        view: impl Fn(I) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(key);
        let items = found.into_iter().map(view).collect();
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(found: &[u8]) -> Page<u8> {
        Page::of(found.to_vec(), 2, u8::to_string, |one| one)
    }

    #[test]
    fn a_page_names_the_next_one_only_where_there_is_one() {
        let (items, next) = (vec![7, 8], None);
        assert_eq!(page(&[7, 8]), Page { items, next });
        let (items, next) = (vec![7, 8], Some("8".to_owned()));
        assert_eq!(page(&[7, 8, 9]), Page { items, next });
    }

    #[test]
    fn a_limit_has_bounds() {
        assert_eq!(Limit(None).count().ok(), Some(50));
        assert_eq!(Limit(Some(200)).count().ok(), Some(200));
        assert!(Limit(Some(0)).count().is_err());
        assert!(Limit(Some(201)).count().is_err());
    }
}
