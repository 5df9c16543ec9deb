//! The commands: a folder per noun, a file per verb.

pub(crate) mod dev;
pub(crate) mod root_key;
pub(crate) mod serve;

use crate::argument::{Arguments, Command};
use crate::exit::Fault;

/// Does what was asked.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn run(arguments: Arguments) -> Result<(), Fault> {
    let Arguments {
        place,
        realm: _,
        output: _,
        command,
    } = arguments;
    match command {
        Command::Dev(dev) => Ok(dev.run(place.dir).await?),
        Command::Serve(serve) => Ok(serve.run(place.config).await?),
        Command::RootKey(root_key) => Ok(root_key.run()?),
    }
}
