//! What `dev` says once it is ready: the issuer, a command that returns a token, and what it is not.

use std::path::Path;

use super::demo::Demo;
use super::record;
use crate::output;

/// Prints it on standard output.
pub(super) fn print(dir: &Path, demo: &Demo) {
    let file = dir.join(record::NAME);
    output::line(&format!(
        "\
Symbolon is ready.

  Issuer      {issuer}
  Credentials {file}

Get a token:

  curl -u {id}:{secret} -d grant_type=client_credentials {issuer}/token

Sign in as a person, in a browser:

  {issuer}/demo/app      {username}  {password}

NOT FOR PRODUCTION: secrets lie in {file} and traffic is not encrypted.
For others than yourself run `symbolon serve`.",
        issuer = demo.issuer,
        id = demo.client_id,
        secret = demo.client_secret.reveal(),
        username = demo.username,
        password = demo.password.reveal(),
        file = file.display(),
    ));
}
