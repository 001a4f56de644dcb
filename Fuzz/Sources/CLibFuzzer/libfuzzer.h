// What libFuzzer offers to custom mutators; it comes without a header.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Changes the bytes in place and returns how many they are now.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);
