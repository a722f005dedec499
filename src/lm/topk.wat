;; The largest of many logits, four compares at a time. The memory holds, in bytes: from 0 the values that passed a
;; threshold, from 1,024 their indices, from 2,048 the chosen indices, from 3,072 the chosen values, and from 4,096 the
;; logits, filled up with -Infinity to a multiple of 16. Each of the four lists has room for 256.
(module
  (memory (export "memory") 1)

  ;; Chooses the `k` largest of the logits up to `end`, the largest first; of equal ones the lower index comes first. Those at
  ;; most `width` below the largest are looked at: it is widened or narrowed until they are `k` to `most` (at most 240).
  ;; Returns the width that was found, for the next logits, or -1 where none was.
  (func (export "choose") (param $end i32) (param $k i32) (param $most i32) (param $width f32) (result f32)
    (local $largest f32) (local $enough f32) (local $short f32) (local $passing i32) (local $tries i32)
    (local.set $largest (call $largest (local.get $end)))
    (local.set $enough (f32.const inf))
    (loop $search
      (if (i32.eq (local.get $tries) (i32.const 20)) (then (return (f32.const -1))))
      (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
      (local.set $passing (call $passing (local.get $end) (f32.sub (local.get $largest) (local.get $width))))
      (if (i32.lt_u (local.get $passing) (local.get $k))
        (then
          (local.set $short (local.get $width))
          (local.set $width
            (select
              (f32.mul (local.get $width) (f32.const 1.5))
              (call $middle (local.get $short) (local.get $enough))
              (f32.eq (local.get $enough) (f32.const inf))))
          (br $search)))
      (if (i32.gt_u (local.get $passing) (local.get $most))
        (then
          (local.set $enough (local.get $width))
          (local.set $width (call $middle (local.get $short) (local.get $enough)))
          (br $search))))
    (call $collect (local.get $end) (f32.sub (local.get $largest) (local.get $width)))
    (call $rank (i32.shl (local.get $passing) (i32.const 2)) (i32.shl (local.get $k) (i32.const 2)))
    (local.get $width))

  (func $middle (param $a f32) (param $b f32) (result f32)
    (f32.mul (f32.const 0.5) (f32.add (local.get $a) (local.get $b))))

  ;; NaN is never the larger.
  (func $largest (param $end i32) (result f32)
    (local $at i32) (local $most v128)
    (local.set $at (i32.const 4096))
    (local.set $most (f32x4.splat (f32.const -inf)))
    (loop $logits
      (local.set $most (f32x4.pmax (local.get $most) (v128.load (local.get $at))))
      (local.set $most (f32x4.pmax (local.get $most) (v128.load offset=16 (local.get $at))))
      (local.set $most (f32x4.pmax (local.get $most) (v128.load offset=32 (local.get $at))))
      (local.set $most (f32x4.pmax (local.get $most) (v128.load offset=48 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $logits (i32.ne (local.get $at) (local.get $end))))
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
      (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))

  ;; How many logits are at or above a threshold.
  (func $passing (param $end i32) (param $threshold f32) (result i32)
    (local $at i32) (local $least v128) (local $counts v128)
    (local.set $at (i32.const 4096))
    (local.set $least (f32x4.splat (local.get $threshold)))
    (loop $logits
      (local.set $counts (i32x4.add (local.get $counts) (f32x4.ge (v128.load (local.get $at)) (local.get $least))))
      (local.set $counts (i32x4.add (local.get $counts) (f32x4.ge (v128.load offset=16 (local.get $at)) (local.get $least))))
      (local.set $counts (i32x4.add (local.get $counts) (f32x4.ge (v128.load offset=32 (local.get $at)) (local.get $least))))
      (local.set $counts (i32x4.add (local.get $counts) (f32x4.ge (v128.load offset=48 (local.get $at)) (local.get $least))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $logits (i32.ne (local.get $at) (local.get $end))))
    (call $total (local.get $counts)))

  ;; The sum of four counts, each of which is below zero: true is -1.
  (func $total (param $counts v128) (result i32)
    (i32.sub
      (i32.const 0)
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $counts)) (i32x4.extract_lane 1 (local.get $counts)))
        (i32.add (i32x4.extract_lane 2 (local.get $counts)) (i32x4.extract_lane 3 (local.get $counts))))))

  ;; Lists the logits that pass, in their order, and fills the list up with -Infinity to a multiple of 16.
  (func $collect (param $end i32) (param $threshold f32)
    (local $at i32) (local $to i32) (local $least v128) (local $bits i32) (local $logit i32)
    (local.set $at (i32.const 4096))
    (local.set $least (f32x4.splat (local.get $threshold)))
    (loop $logits
      (local.set $bits
        (i32.or
          (i32.or
            (i32x4.bitmask (f32x4.ge (v128.load (local.get $at)) (local.get $least)))
            (i32.shl (i32x4.bitmask (f32x4.ge (v128.load offset=16 (local.get $at)) (local.get $least))) (i32.const 4)))
          (i32.or
            (i32.shl (i32x4.bitmask (f32x4.ge (v128.load offset=32 (local.get $at)) (local.get $least))) (i32.const 8))
            (i32.shl (i32x4.bitmask (f32x4.ge (v128.load offset=48 (local.get $at)) (local.get $least))) (i32.const 12)))))
      (if (local.get $bits)
        (then
          (loop $found
            (local.set $logit (i32.add (local.get $at) (i32.shl (i32.ctz (local.get $bits)) (i32.const 2))))
            (f32.store (local.get $to) (f32.load (local.get $logit)))
            (i32.store offset=1024 (local.get $to) (i32.shr_u (i32.sub (local.get $logit) (i32.const 4096)) (i32.const 2)))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            ;; Clears the lowest bit.
            (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
            (br_if $found (local.get $bits)))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $logits (i32.ne (local.get $at) (local.get $end))))
    (local.set $least (f32x4.splat (f32.const -inf)))
    (v128.store (local.get $to) (local.get $least))
    (v128.store offset=16 (local.get $to) (local.get $least))
    (v128.store offset=32 (local.get $to) (local.get $least))
    (v128.store offset=48 (local.get $to) (local.get $least)))

  ;; Sorts what was listed, up to `end`: the place of each is the number of larger ones, counted without a branch, and of equal
  ;; ones, which come in their order, the next that is free. What comes at `chosen` or later is left out.
  (func $rank (param $end i32) (param $chosen i32)
    (local $own i32) (local $at i32) (local $value f32) (local $values v128) (local $larger v128) (local $place i32)
    ;; What was chosen before equals nothing.
    (loop $clear
      (v128.store offset=3072 (local.get $at) (f32x4.splat (f32.const nan)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $clear (i32.lt_u (local.get $at) (local.get $chosen))))
    (loop $each
      (local.set $value (f32.load (local.get $own)))
      (local.set $values (f32x4.splat (local.get $value)))
      (local.set $larger (v128.const i32x4 0 0 0 0))
      (local.set $at (i32.const 0))
      (loop $others
        (local.set $larger
          (i32x4.add
            (local.get $larger)
            (i32x4.add
              (i32x4.add
                (f32x4.gt (v128.load (local.get $at)) (local.get $values))
                (f32x4.gt (v128.load offset=16 (local.get $at)) (local.get $values)))
              (i32x4.add
                (f32x4.gt (v128.load offset=32 (local.get $at)) (local.get $values))
                (f32x4.gt (v128.load offset=48 (local.get $at)) (local.get $values))))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $others (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $place (i32.shl (call $total (local.get $larger)) (i32.const 2)))
      (block $placed
        (loop $taken
          (br_if $placed (i32.ge_u (local.get $place) (local.get $chosen)))
          (if (f32.eq (f32.load offset=3072 (local.get $place)) (local.get $value))
            (then
              (local.set $place (i32.add (local.get $place) (i32.const 4)))
              (br $taken))))
        (i32.store offset=2048 (local.get $place) (i32.load offset=1024 (local.get $own)))
        (f32.store offset=3072 (local.get $place) (local.get $value)))
      (local.set $own (i32.add (local.get $own) (i32.const 4)))
      (br_if $each (i32.ne (local.get $own) (local.get $end))))))
