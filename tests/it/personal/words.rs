//! Nobody searches, seizes or detains by this system: no form, request, field or text has a word
//! for it, in either language.

use std::fs;
use std::path::Path;

/// Words of powers that nobody here has.
const POWERS: &[&str] = &[
    "搜查",
    "搜身",
    "扣押",
    "查扣",
    "没收",
    "拘留",
    "拘捕",
    "羁押",
    "逮捕",
    "抓捕",
    "盘查",
    "审讯",
    "frisk",
    "seiz",
    "confiscat",
    "detain",
    "detention",
    "arrest",
    "handcuff",
    "interrogat",
    "custody",
];

/// What people read, what clients may send, and the kinds that a district begins with.
const WHERE: &[&str] = &[
    "web-client/src/i18n",
    "web-client/src/api/openapi.json",
    "web-client/src/protocol/generated",
    "web-client/src/views",
    "web-client/src/components",
    "src/domain",
    "migrations",
];

#[test]
fn nothing_here_searches_seizes_or_detains() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut read, mut found) = (0, Vec::new());
    for part in WHERE {
        look(&root.join(part), &mut |path, text| {
            read += 1;
            let lower = text.to_lowercase();
            found.extend(
                POWERS
                    .iter()
                    .filter(|word| lower.contains(**word))
                    .map(|word| format!("{}: {word}", path.display())),
            );
        });
    }
    assert!(read > 100, "only {read} files were read");
    assert!(found.is_empty(), "{found:?}");
}

fn look(path: &Path, visit: &mut impl FnMut(&Path, &str)) {
    if path.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| look(entry, visit));
    } else {
        visit(path, &fs::read_to_string(path).unwrap());
    }
}
