;; Dot products of a vector with rows that lie anywhere in memory, what steering computes for every token, without gathering
;; the rows first.
(module
  (memory (export "memory") 0)

  ;; Of `vector`, `bytes` long (a multiple of 64), with each of `count` rows (a multiple of 4, at least 4), whose addresses
  ;; stand from `addresses` on; the products, single precision, go to `out`. All are addresses in bytes.
  (func (export "products")
    (param $vector i32) (param $bytes i32) (param $addresses i32) (param $count i32) (param $out i32)
    (local $at i32) (local $end i32) (local $last i32) (local $x v128)
    (local $row0 i32) (local $row1 i32) (local $row2 i32) (local $row3 i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $end (i32.add (local.get $vector) (local.get $bytes)))
    (local.set $last (i32.add (local.get $addresses) (i32.shl (local.get $count) (i32.const 2))))
    ;; Kept, as what nobody reads need not be loaded; the products go over it.
    (i32.store (local.get $out) (call $fetched (local.get $addresses) (local.get $last) (local.get $bytes)))
    (block $done
      (loop $rows
        (br_if $done (i32.eq (local.get $addresses) (local.get $last)))
        (local.set $row0 (i32.load (local.get $addresses)))
        (local.set $row1 (i32.load offset=4 (local.get $addresses)))
        (local.set $row2 (i32.load offset=8 (local.get $addresses)))
        (local.set $row3 (i32.load offset=12 (local.get $addresses)))
        (local.set $sum0 (v128.const f32x4 0 0 0 0))
        (local.set $sum1 (v128.const f32x4 0 0 0 0))
        (local.set $sum2 (v128.const f32x4 0 0 0 0))
        (local.set $sum3 (v128.const f32x4 0 0 0 0))
        (local.set $at (local.get $vector))
        (loop $numbers
          (local.set $x (v128.load (local.get $at)))
          (local.set $sum0 (f32x4.add (local.get $sum0) (f32x4.mul (local.get $x) (v128.load (local.get $row0)))))
          (local.set $sum1 (f32x4.add (local.get $sum1) (f32x4.mul (local.get $x) (v128.load (local.get $row1)))))
          (local.set $sum2 (f32x4.add (local.get $sum2) (f32x4.mul (local.get $x) (v128.load (local.get $row2)))))
          (local.set $sum3 (f32x4.add (local.get $sum3) (f32x4.mul (local.get $x) (v128.load (local.get $row3)))))
          (local.set $x (v128.load offset=16 (local.get $at)))
          (local.set $sum0 (f32x4.add (local.get $sum0) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $row0)))))
          (local.set $sum1 (f32x4.add (local.get $sum1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $row1)))))
          (local.set $sum2 (f32x4.add (local.get $sum2) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $row2)))))
          (local.set $sum3 (f32x4.add (local.get $sum3) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $row3)))))
          (local.set $row0 (i32.add (local.get $row0) (i32.const 32)))
          (local.set $row1 (i32.add (local.get $row1) (i32.const 32)))
          (local.set $row2 (i32.add (local.get $row2) (i32.const 32)))
          (local.set $row3 (i32.add (local.get $row3) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $numbers (i32.ne (local.get $at) (local.get $end))))
        (f32.store (local.get $out) (call $total (local.get $sum0)))
        (f32.store offset=4 (local.get $out) (call $total (local.get $sum1)))
        (f32.store offset=8 (local.get $out) (call $total (local.get $sum2)))
        (f32.store offset=12 (local.get $out) (call $total (local.get $sum3)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $addresses (i32.add (local.get $addresses) (i32.const 16)))
        (br $rows))))

  ;; Brings rows into the cache: one load for each line of 64 bytes, and nothing that waits for it, so that many are on their
  ;; way at once. Products alone would wait for every few: they take a third longer where rows come from farther away.
  (func $fetched (param $addresses i32) (param $last i32) (param $bytes i32) (result i32)
    (local $at i32) (local $end i32) (local $seen i32)
    (loop $rows
      (local.set $at (i32.load (local.get $addresses)))
      (local.set $end (i32.add (local.get $at) (local.get $bytes)))
      (loop $lines
        (local.set $seen (i32.or (local.get $seen) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $lines (i32.ne (local.get $at) (local.get $end))))
      (local.set $addresses (i32.add (local.get $addresses) (i32.const 4)))
      (br_if $rows (i32.ne (local.get $addresses) (local.get $last))))
    (local.get $seen))

  ;; The sum of four numbers.
  (func $total (param $sum v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum))))))
