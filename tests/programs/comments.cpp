/* A comment
   that goes on
   int not_code = 1;
   "not a string
   over many lines
   so that a listing
   can begin inside it
   return;
   class Nothing;
   for a while
   and a while more
   int still_not = 2;
*/
template <typename T>
class Kept {
public:
    virtual ~Kept() = default;
    T value{};
};

int main()
{
    Kept<int> kept;
    return kept.value; // stop here
}
