//! The commands: a folder per noun, a file per verb.

pub(crate) mod backup;
mod cause;
pub(crate) mod client;
pub(crate) mod completion;
mod context;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod gate;
pub(crate) mod grant;
pub(crate) mod input;
pub(crate) mod journal;
pub(crate) mod key;
pub(crate) mod list;
mod member;
pub(crate) mod realm;
pub(crate) mod resource;
pub(crate) mod restore;
pub(crate) mod revoke;
pub(crate) mod root_key;
pub(crate) mod serve;
pub(crate) mod session;
pub(crate) mod subject;
pub(crate) mod suspend;
pub(crate) mod token;
mod whose;

use crate::argument::{Arguments, Command};
use crate::exit::Fault;
use crate::log;
use crate::output::Format;
use context::Context;

/// What commands log of what happens inside them.
const LOG_LEVEL: &str = "warn";

/// Does what was asked.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn run(arguments: Arguments) -> Result<(), Fault> {
    let Arguments {
        place,
        realm,
        output,
        command,
    } = arguments;
    let context = Context {
        place,
        realm,
        format: Format::or_default(output),
    };
    match command {
        Command::Dev(dev) => return Ok(dev.run(context.place.dir()).await?),
        Command::Serve(serve) => return Ok(serve.run(context.place.config()).await?),
        Command::Gate(gate) => return Ok(gate.run(context.place.config()).await?),
        Command::RootKey(_)
        | Command::Realm(_)
        | Command::Client(_)
        | Command::Resource(_)
        | Command::Subject(_)
        | Command::Session(_)
        | Command::Grant(_)
        | Command::Token(_)
        | Command::Revoke(_)
        | Command::Suspend(_)
        | Command::Resume(_)
        | Command::Key(_)
        | Command::Journal(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Doctor(_)
        | Command::Completion(_) => log::start(log::Format::Plain, LOG_LEVEL),
    }
    match command {
        Command::Dev(_) | Command::Serve(_) | Command::Gate(_) => Ok(()),
        Command::RootKey(root_key) => Ok(root_key.run()?),
        Command::Realm(realm) => realm.run(&context).await,
        Command::Client(client) => client.run(&context).await,
        Command::Resource(resource) => resource.run(&context).await,
        Command::Subject(subject) => subject.run(&context).await,
        Command::Session(session) => session.run(&context).await,
        Command::Grant(grant) => grant.run(&context).await,
        Command::Token(token) => token.run(&context).await,
        Command::Revoke(revoke) => revoke.run(&context).await,
        Command::Suspend(suspend) => suspend.suspend(&context).await,
        Command::Resume(suspend) => suspend.resume(&context).await,
        Command::Key(key) => key.run(&context).await,
        Command::Journal(journal) => journal.run(&context).await,
        Command::Backup(backup) => backup.run(&context).await,
        Command::Restore(restore) => restore.run(&context).await,
        Command::Doctor(doctor) => doctor.run(&context).await,
        Command::Completion(completion) => {
            completion.run();
            Ok(())
        }
    }
}
