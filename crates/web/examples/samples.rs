//! Writes every sample page, and the files that they load, into a folder for a web server:
//! `cargo run -p symbolon-web --example samples -- <folder>`, one page at `/<name>/`.

use std::path::PathBuf;
use std::{env, fs, io};

use symbolon_web::{asset, sample};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "samples".into()));
    for one in sample::all("") {
        let place = folder.join(&one.name);
        fs::create_dir_all(&place)?;
        fs::write(place.join("index.html"), &one.page.html)?;
    }
    let assets = folder.join("assets");
    fs::create_dir_all(&assets)?;
    for one in asset::ALL {
        let file = one.file();
        let body = asset::find(&file).map_or("", |found| found.body);
        fs::write(assets.join(file), body)?;
    }
    Ok(())
}
