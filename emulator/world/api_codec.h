#pragma once

#include "api/shape.h"
#include "world/bytes.h"

/// Stores any generated API value by walking its descriptor tables. Members are written by name, so
/// a model that gains, loses or reorders members still reads what an older one wrote.
namespace fallstreak::world {

void encode_shape(const api::Shape& shape, const void* value, ByteWriter& writer);
/// `value` is a default-constructed value of the shape.
void decode_shape(const api::Shape& shape, void* value, ByteReader& reader);

}  // namespace fallstreak::world
