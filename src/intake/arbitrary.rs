//! Whatever bytes come: a reader takes them or says why not, and never panics.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use super::known::tests::known;
use super::{Answers, Coordinates, Imported, InputFile, Limits, head, read};

const LIMITS: Limits = Limits { packed: 1 << 16, unpacked: 1 << 20 };

fn try_all(bytes: &[u8]) {
    let Ok(file) = InputFile::read(bytes, LIMITS) else { return };
    drop(head(&file, 5));
    let known = known();
    for what in Imported::ALL {
        for coordinates in [None, Some(Coordinates::Bd09Swapped)] {
            let answers = Answers { coordinates, mapping: None };
            if let Ok(reading) = read(&file, *what, &known, &answers) {
                assert!(reading.taken <= reading.rows, "{what}");
            }
        }
    }
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["姓名", "单位", "力量", "手机"]) {
        sheet.write(0, column, name).unwrap();
        sheet.write(1, column, 5.5).unwrap();
    }
    book.save_to_buffer().unwrap()
}

const SEEDS: [&str; 4] = [
    "姓名,单位,力量,手机\n甲,永兴派出所,民警,1\n",
    "编号;发生时间;类别;经度;纬度\n1;2026-11-24 20:05;盗窃;113.2;30.95\n",
    "名称\t类别\tx\ty\n一\t警务室\t113.2\t30.9\n",
    r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"a","名称":"一","类别":"警务室"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}},{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}]}"#,
];

proptest! {
    #[test]
    fn no_bytes_panic_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        try_all(&bytes);
    }

    #[test]
    fn no_broken_file_panics_a_reader(
        seed in 0..6_usize,
        hurts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = match seed {
            4 => workbook(),
            5 => {
                let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
                packed.write_all(SEEDS[0].as_bytes()).unwrap();
                packed.finish().unwrap()
            }
            seed => SEEDS[seed].as_bytes().to_vec(),
        };
        for (at, byte) in hurts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        try_all(&bytes);
    }
}
