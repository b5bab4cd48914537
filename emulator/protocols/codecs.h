#pragma once

#include "protocols/codec.h"

/// The codecs themselves; everyone else asks `codec_for`.
namespace fallstreak::protocols {

const Codec& aws_query_codec();
const Codec& ec2_query_codec();
const Codec& json_1_0_codec();
const Codec& json_1_1_codec();
const Codec& rest_json_codec();
const Codec& rest_xml_codec();
const Codec& rpc_v2_cbor_codec();

}  // namespace fallstreak::protocols
