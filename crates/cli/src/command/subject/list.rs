//! List the realm's subjects, or search its persons.

use clap::Args;

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::{Transport, escaped};

const COLUMNS: [Column; 6] = [
    Column::new("ID", "id"),
    Column::new("KIND", "kind"),
    Column::new("USERNAME", "username"),
    Column::new("NAME", "name"),
    Column::new("STATE", "state"),
    Column::new("CREATED", "created_at"),
];

/// Lists subjects.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only persons whose username or email address begins like this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl List {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let path = match &self.search {
            Some(text) => format!("/v1/subjects?search={}", escaped(text)),
            None => "/v1/subjects".to_owned(),
        };
        let subjects = list::all(api, &path).await?;
        format.rows(subjects, &COLUMNS);
        Ok(())
    }
}
